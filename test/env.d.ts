declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import("../src/edge/worker.ts");
    durableNamespaces: "OrganizationActor" | "DirectoryActor";
  }
}
