import { DirectoryActor as DirectoryBase } from "../actors/directory/actor.ts";
import { OrganizationActor as OrganizationBase } from "../actors/organization/actor.ts";
import type { DocumentExecutor } from "../domain/documents.ts";
import { graphqlExecutor } from "../protocols/graphql/executor.ts";

// Actors know no protocol: those that run documents are handed the language here.

export class OrganizationActor extends OrganizationBase {
  protected override get document_executor(): DocumentExecutor {
    return graphqlExecutor;
  }
}

export class DirectoryActor extends DirectoryBase {
  protected override get document_executor(): DocumentExecutor {
    return graphqlExecutor;
  }
}
