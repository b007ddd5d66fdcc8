import type { Environment } from "monaco-editor";

const KINDS = new Set(["graphql", "json"]);

const environment: Environment = {
  getWorker: (_id, label) => new Worker(`/graphiql/${KINDS.has(label) ? label : "editor"}.worker.js`, { type: "module" }),
};

/** Tells the editor where its workers are: files beside this one, because the page's policy allows no others. */
export function setUpWorkers(): void {
  Object.assign(globalThis, { MonacoEnvironment: environment });
}
