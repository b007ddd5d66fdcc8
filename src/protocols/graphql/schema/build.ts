import type { GraphQLSchema } from "graphql";
import type { AnyOperation } from "../../../domain/operation.ts";
import { OPERATIONS } from "../../../domain/registry.ts";
import { SUBSCRIPTIONS } from "../subscriptions/index.ts";
import { subscriptionField } from "../subscriptions/subscription_field.ts";
import { Arguments } from "./arguments.ts";
import { createBuilder, outputFields, type OutputField, type OutputFields } from "./builder.ts";
import { InputTypes } from "./input_types.ts";
import { LeafTypes } from "./leaf_types.ts";
import { listSize } from "./list_sizes.ts";
import { ListingFields } from "./listing_fields.ts";
import { mutationField } from "./mutation_field.ts";
import { camel, pascal } from "./names.ts";
import { Nodes } from "./nodes.ts";
import { OutputTypes } from "./output_types.ts";
import { rateLimitField } from "./rate_limit.ts";
import { isRelated, relationFields } from "./relation_fields.ts";
import { rootArguments } from "./root_arguments.ts";
import { aboutOperation, callOperation, declared, sizeByArgument } from "./root_field.ts";
import { entityOf, rootNameOf } from "./root_names.ts";
import { definitionOf, unwrap } from "./zod_types.ts";

/** The whole schema from the domain's operations and relations. */
export function buildSchema(): GraphQLSchema {
  const builder = createBuilder();
  const leaves = new LeafTypes(builder);
  const make = new Arguments(new InputTypes(builder, leaves), leaves);
  const nodes = new Nodes(builder);
  const outputs: OutputTypes = new OutputTypes(builder, leaves, {
    isRelated,
    additions: (id, shape) => {
      const { interfaces, fields } = nodes.additions(id, shape);
      return { interfaces, fields: { ...fields, ...relationFields(id, make, outputs) } };
    },
  });
  const listings = new ListingFields(builder);
  const query: OutputFields = {};
  const mutation: OutputFields = {};
  for (const operation of OPERATIONS) {
    if (operation.effect === "read") Object.assign(query, queryFields(operation, make, outputs, listings));
    else {
      const type = outputs.type(outputOf(operation), "", `${pascal(rootNameOf(operation))}Result`);
      mutation[camel(rootNameOf(operation))] = mutationField(operation, rootArguments(operation, make), type);
    }
  }
  query.node = nodes.field();
  query.rateLimit = rateLimitField(builder, outputs);
  builder.queryType({ description: "What can be read", fields: outputFields(() => query) });
  builder.mutationType({ description: "What can be changed; fields run in order", fields: outputFields(() => mutation) });
  const subscriptions = SUBSCRIPTIONS.map((define) => define({ make, outputs }));
  const subscription = Object.fromEntries(subscriptions.map((defined) => [defined.name, subscriptionField(defined)]));
  builder.subscriptionType({ description: "What can be followed", fields: outputFields(() => subscription) });
  return builder.toSchema({ sortSchema: false });
}

function queryFields(operation: AnyOperation, make: Arguments, outputs: OutputTypes, listings: ListingFields): OutputFields {
  const name = rootNameOf(operation);
  const output = outputOf(operation);
  const shape = definitionOf(unwrap(output)).shape ?? {};
  if (shape.data && shape.next_cursor) {
    const item = outputs.type(definitionOf(unwrap(shape.data)).element!, "", entityOf(operation));
    return listings.fields(operation, item, rootArguments(operation, make));
  }
  // A list that has no pages is the list alone.
  const bare = Object.keys(shape).join() === "data";
  const about = aboutOperation(operation);
  const limited = Object.hasOwn(definitionOf(unwrap(operation.input)).shape!, "limit");
  const { type } = bare ? outputs.field(shape.data!, name, "") : { type: outputs.type(output, "", `${pascal(name)}Result`, limited) };
  const made = rootArguments(operation, make);
  const size = sizeByArgument(made, "limit") ?? (bare ? listSize(shape.data!, `Query.${camel(name)}`) : undefined);
  const field: OutputField = {
    ...about,
    extensions: { ...about.extensions, cost: { ...about.extensions.cost, ...(size ? { size } : {}) } },
    type,
    nullable: Array.isArray(type) ? { list: true, items: false } : true,
    args: declared(made),
    resolve(_root, args, context) {
      const value = callOperation(operation, made, args, context.host);
      const answer = bare ? (value as { data: unknown }).data : value;
      context.cohorts.begin(answer);
      return answer;
    },
  };
  return { [camel(name)]: field };
}

function outputOf(operation: AnyOperation) {
  return operation.graphql?.output ?? operation.output;
}
