/**
 * What the edge must know of a field, kept in its GraphQL extensions: `operation` is the name of the one behind a root field, `cost` what it takes. `look_up` is what one look-up takes from the bucket: a root field's operation cost, or a relation's,
 * which counts once for each ten parents. `size` says how many items a list has at most: the value of an argument, or a number.
 */
export interface FieldCost {
  look_up?: number;
  size?: { argument: string; default: number } | { at_most: number };
}

declare module "graphql" {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- the declaration must repeat the parameters
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs = any> {
    operation?: string;
    cost?: FieldCost;
  }
}
