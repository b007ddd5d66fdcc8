/**
 * What the edge must know of a field, kept in its GraphQL extensions: `operation` is the name of the one behind a root field, `cost` what it takes. `look_up` is what one look-up takes from the bucket: a root field's operation cost, or a relation's,
 * which counts once for each ten parents. `size` says how many items a field's lists have: the value of an argument, which is at most `max` (100 where nothing is said), or the number that they are counted as.
 */
export interface FieldCost {
  look_up?: number;
  size?: { argument: string; default: number; max?: number } | { at_most: number };
}

declare module "graphql" {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-explicit-any -- the declaration must repeat the parameters
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs = any> {
    operation?: string;
    cost?: FieldCost;
  }
}
