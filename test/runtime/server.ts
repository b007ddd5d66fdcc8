import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Demo {
  base_url: string;
  organization_id: string;
  api_key: string;
  operator_token: string;
  owner_email: string;
  owner_password: string;
}

export interface RunningServer {
  port: number;
  data: string;
  demo: Demo;
  /** Everything printed so far. */
  output: () => string;
  process: ChildProcess;
  /** Sends a signal to the launcher and resolves with its exit code. */
  stop: (signal: NodeJS.Signals) => Promise<number | null>;
}

const root = new URL("../..", import.meta.url).pathname;

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Runs the real start command on its own port and data directory, until its one screen is printed. */
export async function startServer(previous?: { port: number; data: string }): Promise<RunningServer> {
  const port = previous?.port ?? (await freePort());
  const data = previous?.data ?? mkdtempSync(join(tmpdir(), "crow-data-"));
  const child = spawn(process.execPath, [join(root, "scripts/start.mjs")], {
    cwd: root,
    env: { ...process.env, PORT: String(port), CROW_DATA: data },
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const stop = (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return exited;
  };
  for (const until = Date.now() + 60_000; !output.includes("Ctrl-C stops it");) {
    if (Date.now() > until || child.exitCode !== null) throw new Error(`npm start did not get ready:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const demo = JSON.parse(readFileSync(join(data, "demo.json"), "utf8")) as Demo;
  return { port, data, demo, output: () => output, process: child, stop };
}
