import { DirectoryActor as DirectoryBase } from "../actors/directory/actor.ts";
import { OrganizationActor as OrganizationBase } from "../actors/organization/actor.ts";
import type { DocumentExecutor } from "../domain/documents.ts";
import type { McpExecutor } from "../domain/mcp/executor.ts";
import { graphqlExecutor } from "../protocols/graphql/executor.ts";
import { mcpExecutor } from "../protocols/mcp/executor.ts";

// Actors know no protocol: those that speak one are handed its side here.

export class OrganizationActor extends OrganizationBase {
  protected override get document_executor(): DocumentExecutor {
    return graphqlExecutor;
  }

  protected override get mcp_executor(): McpExecutor {
    return mcpExecutor;
  }
}

export class DirectoryActor extends DirectoryBase {
  protected override get document_executor(): DocumentExecutor {
    return graphqlExecutor;
  }
}
