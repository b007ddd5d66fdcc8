import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { DocumentHost } from "../../src/domain/documents.ts";
import { graphqlExecutor } from "../../src/protocols/graphql/executor.ts";
import { createOrganization, type TestOrganization } from "../support/api.ts";
import { Cohorts, ROWS_AT_ONCE_MAX } from "../../src/protocols/graphql/cohorts.ts";
import { dataOf, run } from "./documents.ts";

const PRODUCTS = 50;
let organization: TestOrganization;

beforeAll(async () => {
  organization = await createOrganization();
  await dataOf(organization, `mutation ($products: [ProductInput!]!) { batchUpsertProducts(input: {products: $products}) { created } }`, {
    variables: { products: Array.from({ length: PRODUCTS }, (_, index) => ({ title: `Product ${index}`, externalId: `e-${index}` })) },
  });
  // Each product is seen three times, the last time together with the next one.
  const interactions = Array.from({ length: PRODUCTS * 3 }, (_, index) => ({
    type: index < PRODUCTS * 2 ? "view_item" : "view_item_list",
    visitorId: `v-${index % 7}`,
    items: (index < PRODUCTS * 2 ? [index % PRODUCTS] : [index % PRODUCTS, (index + 1) % PRODUCTS]).map((item) => ({ externalId: `e-${item}` })),
  }));
  await dataOf(
    organization,
    `mutation ($interactions: [InteractionInput!]!) { ingestInteractions(input: {interactions: $interactions}) { accepted } }`,
    {
      variables: { interactions },
    },
  );
});

/** What documents ask of the actor from now on. */
function watch(): { calls: string[]; relations: { name: string; parents: number }[] } {
  const seen: ReturnType<typeof watch> = { calls: [], relations: [] };
  const { execute } = graphqlExecutor;
  vi.spyOn(graphqlExecutor, "execute").mockImplementation((document, host) => {
    const watched: DocumentHost = {
      call(call) {
        seen.calls.push(call.operation);
        return host.call(call);
      },
      relate(name, parents, input) {
        seen.relations.push({ name, parents: parents.length });
        return host.relate(name, parents, input);
      },
      charged: host.charged,
      limit: host.limit,
    };
    return execute(document, watched);
  });
  return seen;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a relation is loaded once for everything that came together", () => {
  it("at every level of a document", async () => {
    const seen = watch();
    const { products } = await dataOf(
      organization,
      `{ products(first: 50) { id recentInteractions(first: 2) { type products { id title insights { views } } } } }`,
    );
    expect(products).toHaveLength(PRODUCTS);
    for (const { id, recentInteractions } of products) {
      expect(recentInteractions).toHaveLength(2);
      for (const interaction of recentInteractions) {
        expect(interaction.products.map((product: { id: string }) => product.id)).toContain(id);
        for (const { insights } of interaction.products) expect(insights).toEqual({ views: 2 });
      }
    }
    expect(seen.calls).toEqual(["products.list"]);
    expect(seen.relations.map(({ name }) => name)).toEqual(["products.recent_interactions", "interactions.products", "products.insights"]);
    expect(seen.relations[0]!.parents).toBe(PRODUCTS);
    // Every product again, each once although many interactions name it.
    expect(seen.relations[2]!.parents).toBe(PRODUCTS);
  });

  it("for each set of arguments, and not again for a second field with the same", async () => {
    const seen = watch();
    const data = await dataOf(
      organization,
      `{ products(first: 3) { one: recentInteractions(first: 1) { id } two: recentInteractions(first: 2) { id } again: recentInteractions(first: 1) { id } } }`,
    );
    for (const { one, two, again } of data.products) {
      expect(again).toEqual(one);
      expect(two[0]).toEqual(one[0]);
      expect(two).toHaveLength(2);
    }
    expect(seen.relations).toHaveLength(2);
  });

  it("in connections, by edges and nodes alike", async () => {
    const seen = watch();
    const { productsConnection } = await dataOf(
      organization,
      `{ productsConnection(first: 10) { edges { node { insights { views } } } nodes { insights { views } } } }`,
    );
    expect(productsConnection.nodes).toHaveLength(10);
    expect(productsConnection.edges.map(({ node }: { node: unknown }) => node)).toEqual(productsConnection.nodes);
    expect(seen.relations).toEqual([{ name: "products.insights", parents: 10 }]);
  });

  it("below plain fields, however they nest", async () => {
    const seen = watch();
    const data = await dataOf(
      organization,
      `{ insights { topProducts { product { title } } }
         productAffinityInsight(limit: 5) { pairs { productA { product { id title } } productB { product { id } } } } }`,
    );
    for (const { product } of data.insights.topProducts) expect(product.title).toMatch(/^Product/);
    expect(data.insights.topProducts).toHaveLength(10);
    for (const { productA, productB } of data.productAffinityInsight.pairs) expect(productA.product.id).not.toBe(productB.product.id);
    expect(seen.relations.map(({ name, parents }) => [name, parents])).toEqual([
      ["insight_products.product", 10],
      ["insight_products.product", data.productAffinityInsight.pairs.length],
      ["insight_products.product", data.productAffinityInsight.pairs.length],
    ]);
    expect(data.productAffinityInsight.pairs.length).toBeGreaterThan(1);
  });

  it("for a single object too", async () => {
    const [{ id }] = (await dataOf(organization, `{ products(first: 1) { id } }`)).products;
    const seen = watch();
    const data = await dataOf(
      organization,
      `query ($id: ID!) { product(id: $id) { insights { views } } node(id: $id) { ... on Product { insights { carts } } } }`,
      {
        variables: { id },
      },
    );
    expect(data).toEqual({ product: { insights: { views: 2 } }, node: { insights: { carts: 0 } } });
    expect(seen.relations).toHaveLength(2);
  });
});

describe("a relation that fails", () => {
  it("is tried once and told at each place", async () => {
    const seen = watch();
    const { data, errors } = await run(organization, `{ products(first: 3) { title recentInteractions(first: 101) { id } } }`);
    expect(data.products.map(({ recentInteractions }: { recentInteractions: unknown }) => recentInteractions)).toEqual([null, null, null]);
    expect(errors).toHaveLength(3);
    expect(errors![2]).toMatchObject({
      path: ["products", 2, "recentInteractions"],
      extensions: { code: "VALIDATION_ERROR", details: { field: "first" } },
    });
    expect(seen.relations).toHaveLength(1);
  });
});

describe("what is looked up at once", () => {
  it("are no more rows than an answer may have, whatever hangs off one object", () => {
    const relate = vi.fn<DocumentHost["relate"]>((_name, parents) => ({ ok: true, value: parents.map(() => []), replayed: false }));
    const ask = (parents: number): unknown => {
      const cohorts = new Cohorts({ relate } as unknown as DocumentHost);
      const members = Array.from({ length: parents }, () => ({}));
      cohorts.begin(members);
      return cohorts.relate(members[0]!, "products.recent_interactions", { first: 100 }, []);
    };
    expect(ask(ROWS_AT_ONCE_MAX / 100)).toEqual([]);
    expect(relate).toHaveBeenCalledTimes(1);
    expect(() => ask(ROWS_AT_ONCE_MAX / 100 + 1)).toThrow(expect.objectContaining({ code: "PAYLOAD_TOO_LARGE" }));
    expect(relate).toHaveBeenCalledTimes(1);
  });
});
