// Fills the demo organization from the bundled clickstream sample, over the public API alone. Safe to repeat: everything has a stable key.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../paths.mjs";
import { ensureOwner, newOwner } from "./demo_owner.mjs";
import { writePrivateJson } from "./private_file.mjs";

export const DEMO_SLUG = "demo";
const BATCH = 500;

/** Makes sure that the demo organization is there with its data; returns what `.crow/demo.json` holds. */
export async function ensureDemo({ data, base_url, operator_token, progress }) {
  const file = join(data, "demo.json");
  const known = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
  const seeded = known?.seeded ? { ...known, base_url, operator_token } : await seed({ base_url, operator_token, progress });
  if (seeded.owner_ready || process.env.SIGN_UP === "closed") return save(file, seeded);
  progress("Creating the demo owner …");
  const demo = save(file, { ...newOwner(), ...seeded });
  await ensureOwner(demo);
  return save(file, { ...demo, owner_ready: true });
}

/** The organization with its products and interactions. */
async function seed({ base_url, operator_token, progress }) {
  const call = (method, path, body, headers = {}) => request(base_url, method, path, body, headers);
  progress("Creating the demo organization …");
  const organization = await call(
    "POST",
    "/api/v1/organizations",
    { name: "Demo Shop", slug: DEMO_SLUG, tier: "professional", currency: "USD", time_zone: "UTC" },
    { Authorization: `Bearer ${operator_token}`, "Idempotency-Key": "demo-organization" },
  );
  const auth = { Authorization: `Bearer ${organization.api_key}` };
  const { products, interactions } = readSample();
  for (let start = 0; start < products.length; start += BATCH) {
    progress(`Adding products ${start + 1} to ${Math.min(start + BATCH, products.length)} of ${products.length} …`);
    await call("POST", "/api/v1/products/batch", { products: products.slice(start, start + BATCH) }, auth);
  }
  for (let start = 0; start < interactions.length; start += BATCH) {
    progress(`Adding interactions ${start + 1} to ${Math.min(start + BATCH, interactions.length)} of ${interactions.length} …`);
    await call("POST", "/api/v1/interactions", { backfill: true, interactions: interactions.slice(start, start + BATCH) }, auth);
  }
  return { base_url, organization_id: organization.id, api_key: organization.api_key, operator_token, seeded: true };
}

function save(file, demo) {
  writePrivateJson(file, demo);
  return demo;
}

async function request(base_url, method, path, body, headers) {
  const response = await fetch(base_url + path, { method, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) });
  const reply = await response.json();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${JSON.stringify(reply.error)}`);
  return reply;
}

const TYPES = { view: "view_item", cart: "add_to_cart", purchase: "purchase" };

/** The sample as products and interactions. Its lines have no quotes or commas inside fields. */
export function readSample() {
  const [, ...lines] = readFileSync(join(root, "data/rees46-2019-10-sample.csv"), "utf8").trim().split("\n");
  const products = new Map();
  const interactions = lines.map((line, index) => {
    const [time, type, product_id, , category, brand, price, user_id, session] = line.split(",");
    products.set(product_id, {
      external_id: product_id,
      title: titleOf(category, brand, product_id),
      ...(category ? { category } : {}),
      ...(brand ? { brand } : {}),
      price,
      currency: "USD",
    });
    return {
      event_id: `rees46-2019-10-${index + 1}`,
      type: TYPES[type],
      source_type: "web",
      occurred_at: `${time.slice(0, 10)}T${time.slice(11, 19)}Z`,
      visitor_id: user_id,
      session_id: session,
      items: [{ external_id: product_id, quantity: 1, price }],
      ...(type === "purchase" ? { value: price } : {}),
      currency: "USD",
    };
  });
  return { products: [...products.values()], interactions };
}

/** `appliances.kitchen.kettle`, `bosch` → `Bosch kettle`; the sample has no product names. */
function titleOf(category, brand, product_id) {
  const kind = category ? category.split(".").at(-1).replaceAll("_", " ") : "product";
  const maker = brand ? brand.charAt(0).toUpperCase() + brand.slice(1) : "";
  return `${maker} ${kind} ${product_id}`.trim().replace(/^./, (letter) => letter.toUpperCase());
}
