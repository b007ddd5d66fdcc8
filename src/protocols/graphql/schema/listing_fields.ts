import type { AnyOperation } from "../../../domain/operation.ts";
import type { Page } from "../../../domain/page.ts";
import type { Argument } from "./arguments.ts";
import { outputFields, type Builder, type OutputField, type OutputFields, type TypeRef } from "./builder.ts";
import { camel, pascal } from "./names.ts";
import { aboutOperation, callOperation, declared, sizeByArgument } from "./root_field.ts";
import { rootNameOf } from "./root_names.ts";

/** Counting looks at every row of the filter, though only in an index: in tenths, as much as five pages. */
const COUNT_COST = 50;

/** What a connection's resolvers go on from. */
interface ConnectionPage {
  page: Page<object>;
  /** Whether it begins after a cursor. */
  continues: boolean;
}

/** The two root fields of an operation that pages: the plain list of its first rows, and the connection. */
export class ListingFields {
  private pageInfo: TypeRef | undefined;

  constructor(private readonly builder: Builder) {}

  fields(operation: AnyOperation, item: TypeRef, made: readonly Argument[]): OutputFields {
    const name = rootNameOf(operation);
    const about = aboutOperation(operation);
    const extensions = { ...about.extensions, cost: { ...about.extensions.cost, size: sizeByArgument(made, "first")! } };
    const page = (args: Record<string, unknown>, context: Parameters<OutputField["resolve"]>[2]): Page<object> => {
      const value = callOperation(operation, made, args, context.host) as Page<object>;
      context.cohorts.begin(value.data);
      return value;
    };
    const { after: _after, ...plain } = declared(made);
    const all = declared(made);
    return {
      [camel(name)]: {
        ...about,
        extensions,
        type: [item],
        nullable: { list: true, items: false },
        args: plain,
        resolve: (_root, args, context) => page(args, context).data,
      },
      [`${camel(name)}Connection`]: {
        ...about,
        description: `${operation.summary}, page by page`,
        extensions,
        type: this.connection(pascal(name), item),
        nullable: true,
        args: { ...all, first: { ...all.first!, required: true, defaultValue: undefined } },
        resolve: (_root, args, context): ConnectionPage => ({ page: page(args, context), continues: typeof args.after === "string" }),
      },
    };
  }

  private connection(name: string, node: TypeRef): TypeRef {
    const edge = this.builder.objectRef(`${name}Edge`);
    edge.implement({
      description: "A row of a page and its place",
      fields: outputFields(() => ({
        cursor: {
          type: "String",
          nullable: false,
          description: "Goes on after this row, as `after`",
          resolve: ({ page, index }: { page: Page<object>; index: number }) => page.cursorAt(index),
        },
        node: { type: node, nullable: false, description: "The row", resolve: ({ node: row }: { node: object }) => row },
      })),
    });
    const connection = this.builder.objectRef(`${name}Connection`);
    connection.implement({
      description: "A page of rows",
      fields: outputFields(() => ({
        edges: {
          type: [edge],
          nullable: false,
          description: "The rows, each with its cursor",
          resolve: ({ page }: ConnectionPage) => page.data.map((row, index) => ({ page, index, node: row })),
        },
        nodes: { type: [node], nullable: false, description: "The rows", resolve: ({ page }: ConnectionPage) => page.data },
        totalCount: {
          type: "Int",
          nullable: false,
          description: "All rows that meet the filter",
          extensions: { cost: { look_up: COUNT_COST } },
          resolve: ({ page }: ConnectionPage) => page.total(),
        },
        pageInfo: {
          type: (this.pageInfo ??= this.definePageInfo()),
          nullable: false,
          description: "Whether and where it goes on",
          resolve: (connected: ConnectionPage) => connected,
        },
      })),
    });
    return connection;
  }

  private definePageInfo(): TypeRef {
    const info = this.builder.objectRef("PageInfo");
    info.implement({
      description: "Where a page lies in its list",
      fields: outputFields(() => ({
        hasNextPage: {
          type: "Boolean",
          nullable: false,
          description: "Whether rows follow",
          resolve: ({ page }: ConnectionPage) => page.next_cursor !== null,
        },
        hasPreviousPage: {
          type: "Boolean",
          nullable: false,
          description: "Whether rows came before",
          resolve: ({ continues }: ConnectionPage) => continues,
        },
        startCursor: {
          type: "String",
          nullable: true,
          description: "The first row's; null on an empty page",
          resolve: ({ page }: ConnectionPage) => (page.data.length === 0 ? null : page.cursorAt(0)),
        },
        endCursor: {
          type: "String",
          nullable: true,
          description: "The last row's: send it as `after` for the next page",
          resolve: ({ page }: ConnectionPage) => page.next_cursor ?? (page.data.length === 0 ? null : page.cursorAt(page.data.length - 1)),
        },
      })),
    });
    return info;
  }
}
