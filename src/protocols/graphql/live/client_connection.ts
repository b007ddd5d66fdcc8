import { CloseCode, MessageType, parseMessage, stringifyMessage, type Message } from "graphql-ws";
import { errorLine } from "../../../domain/error_line.ts";
import type { Document } from "../../../domain/documents.ts";
import { closeSocket, LIVE_CLOSE } from "../../../domain/live.ts";
import type { GraphqlBindings } from "../bindings.ts";
import type { PrepareOptions } from "../prepare.ts";
import { prepareNamed } from "../prepare_named.ts";
import { refuseLength } from "./document_length.ts";
import { errorsJson, failureErrors } from "./errors.ts";
import { Executions } from "./executions.ts";
import { Flow } from "./flow.ts";
import { endingFor, InnerConnection, type Ending } from "./inner_connection.ts";

export const MESSAGE_MAX_BYTES = 1_048_576;
/** A message of who has not said yet who they are, and the payload of a ping, which is sent back. */
const INIT_MAX_BYTES = 16_384;
const PING_PAYLOAD_MAX_LENGTH = 1_024;
export const INIT_TIMEOUT_MS = 3_000;
/** Subscriptions of one connection, and its queries and mutations that have no answer yet. */
export const SUBSCRIPTIONS_MAX = 50;
export const EXECUTING_MAX = 20;
const ID_MAX_LENGTH = 128;
const MESSAGE_TOO_BIG = 1009;

export type LiveOptions = PrepareOptions & { request_id: string };

/** What the edge knows of who connects. */
export interface LiveServer {
  /** Reads the credential, for which a browser has no place but `connection_init`, or says how the connection ends without a good one. */
  authenticate(params: Record<string, unknown>): Promise<GraphqlBindings | { ending: Ending }>;
  options: LiveOptions;
}

/** What a client has begun under one of its ids. */
interface ClientOperation {
  kind: "unknown" | "executing" | "subscription";
  stop(): void;
}

/** One client's connection by graphql-transport-ws, from its first message to its last. */
export class ClientConnection {
  private phase: "new" | "joining" | "joined" | "closed" = "new";
  private bindings: GraphqlBindings | null = null;
  private inner: InnerConnection | null = null;
  private readonly operations = new Map<string, ClientOperation>();
  private paused = false;
  private readonly executions = new Executions(() => !this.paused && this.phase === "joined");
  private readonly flow: Flow;
  private readonly init_timer: ReturnType<typeof setTimeout>;

  constructor(
    private readonly socket: WebSocket,
    private readonly server: LiveServer,
  ) {
    this.flow = new Flow({
      ping: (payload) => this.send(stringifyMessage({ type: MessageType.Ping, payload })),
      pause: () => {
        this.paused = true;
        this.inner?.pause();
      },
      resume: () => {
        this.paused = false;
        this.inner?.resume();
        this.executions.beginNext();
      },
      gone: (reason) => this.close({ code: 1013, reason }),
    });
    this.init_timer = setTimeout(() => {
      if (this.phase === "new") this.close({ code: CloseCode.ConnectionInitialisationTimeout, reason: "Connection initialisation timeout" });
    }, INIT_TIMEOUT_MS);
    socket.addEventListener("message", ({ data }) => this.receive(data));
    socket.addEventListener("close", ({ code }) => this.closed(code));
    socket.addEventListener("error", () => this.closed(null));
  }

  /** Ends the connection from our side. */
  close({ code, reason }: Ending): void {
    if (this.phase === "closed") return;
    this.release();
    // A client that connects again with a new credential is welcome: its library does for 4403, not for 4401.
    closeSocket(this.socket, { code: code === LIVE_CLOSE.expired ? CloseCode.Forbidden : code, reason });
  }

  /** The client has ended it; a close frame is answered with the same code, where it came with one. */
  private closed(code: number | null): void {
    if (this.phase === "closed") return;
    this.release();
    try {
      if (code !== null && code !== 1005 && code !== 1006) this.socket.close(code);
      else this.socket.close();
    } catch {
      // It is gone already.
    }
  }

  private release(): void {
    this.phase = "closed";
    clearTimeout(this.init_timer);
    this.flow.stop();
    this.inner?.close();
    this.operations.clear();
    this.executions.clear();
  }

  private receive(data: string | ArrayBuffer | Blob): void {
    if (this.phase === "closed") return;
    this.flow.heard();
    if (typeof data !== "string") return this.close({ code: CloseCode.BadRequest, reason: "Messages are text" });
    const bytes_max = this.phase === "joined" ? MESSAGE_MAX_BYTES : INIT_MAX_BYTES;
    if (data.length > bytes_max || (data.length > bytes_max / 4 && Buffer.byteLength(data) > bytes_max))
      return this.close({
        code: MESSAGE_TOO_BIG,
        reason: `At most ${bytes_max} bytes in a message${this.phase === "joined" ? "" : " until connection_ack"}`,
      });
    let message: Message;
    try {
      message = parseMessage(data);
    } catch {
      return this.close({ code: CloseCode.BadRequest, reason: "Invalid message received" });
    }
    switch (message.type) {
      case MessageType.ConnectionInit:
        return void this.join(message.payload ?? {}).catch((error: unknown) => this.broken(error));
      case MessageType.Ping:
        return this.echo(message.payload);
      case MessageType.Pong:
        return this.flow.pong(message.payload);
      case MessageType.Subscribe:
        return this.begin(message.id, message.payload);
      case MessageType.Complete:
        return this.complete(message.id);
      default:
        return this.close({ code: CloseCode.BadRequest, reason: `Unexpected message of type ${message.type} received` });
    }
  }

  private async join(params: Record<string, unknown>): Promise<void> {
    if (this.phase !== "new") return this.close({ code: CloseCode.TooManyInitialisationRequests, reason: "Too many initialisation requests" });
    this.phase = "joining";
    const bindings = await this.server.authenticate(params);
    if (this.isClosed()) return;
    if ("ending" in bindings) return this.close(bindings.ending);
    const inner = await InnerConnection.open(
      (again) => bindings.openLive(again),
      (ending) => this.close(ending),
    );
    if ("failure" in inner) return this.close(endingFor(inner.failure));
    if (this.isClosed()) return inner.close();
    this.inner = inner;
    const sequence = await inner.sequence;
    if (this.isClosed()) return;
    this.bindings = bindings;
    this.phase = "joined";
    this.flow.joined();
    this.write(stringifyMessage({ type: MessageType.ConnectionAck, payload: { sequence } }));
  }

  private broken(error: unknown): void {
    const { request_id } = this.server.options;
    console.error(errorLine({ request_id }, error));
    this.close({ code: CloseCode.InternalServerError, reason: `Something failed on our side; report request ${request_id} if it persists` });
  }

  private echo(payload: Record<string, unknown> | undefined): void {
    if (payload && JSON.stringify(payload).length > PING_PAYLOAD_MAX_LENGTH)
      return this.close({ code: CloseCode.BadRequest, reason: `The payload of a ping has at most ${PING_PAYLOAD_MAX_LENGTH} characters` });
    const text = stringifyMessage({ type: MessageType.Pong, ...(payload ? { payload } : {}) });
    this.socket.send(text);
    this.flow.sentEcho(text.length);
  }

  private begin(id: string, params: unknown): void {
    if (this.phase !== "joined") return this.close({ code: CloseCode.Unauthorized, reason: "Unauthorized" });
    if (id.length > ID_MAX_LENGTH) return this.close({ code: CloseCode.BadRequest, reason: `An id has at most ${ID_MAX_LENGTH} characters` });
    if (this.operations.has(id)) return this.close({ code: CloseCode.SubscriberAlreadyExists, reason: `Subscriber for ${id} already exists` });
    if (this.operations.size >= SUBSCRIPTIONS_MAX + EXECUTING_MAX) return this.refuse(id, SUBSCRIPTIONS_MAX + EXECUTING_MAX);
    const operation: ClientOperation = { kind: "unknown", stop: () => {} };
    this.operations.set(id, operation);
    void this.prepare(id, operation, params);
  }

  private async prepare(id: string, operation: ClientOperation, params: unknown): Promise<void> {
    const prepared = await prepareNamed(params, this.bindings!, this.server.options);
    if (this.operations.get(id) !== operation) return;
    if (!prepared.ok) this.fail(id, errorsJson(prepared.errors));
    else if (prepared.document.kind === "subscription") this.subscribe(id, operation, prepared.document);
    else this.execute(id, operation, prepared.document);
  }

  private subscribe(id: string, operation: ClientOperation, document: Document): void {
    if (this.count("subscription") >= SUBSCRIPTIONS_MAX) return this.refuse(id, SUBSCRIPTIONS_MAX);
    const failure = refuseLength(document);
    if (failure) return this.fail(id, failureErrors(failure));
    const inner = this.inner!;
    const before = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    operation.kind = "subscription";
    const subscription = inner.subscribe(document, null, {
      next: (json) => this.write(`${before}${json}}`),
      error: (errors) => this.fail(id, errors),
      complete: () => this.finish(id),
    });
    operation.stop = () => inner.unsubscribe(subscription);
  }

  private execute(id: string, operation: ClientOperation, document: Document): void {
    if (this.executions.size >= EXECUTING_MAX) return this.refuse(id, EXECUTING_MAX);
    operation.kind = "executing";
    const wanted = (): boolean => this.operations.get(id) === operation;
    this.executions.add(async () => {
      if (!wanted()) return;
      const outcome = await this.inner!.execute(document);
      if (!wanted()) return;
      if ("errors" in outcome) return this.fail(id, outcome.errors);
      this.write(`{"id":${JSON.stringify(id)},"type":"next","payload":${outcome.result}}`);
      this.finish(id);
    });
  }

  private complete(id: string): void {
    this.operations.get(id)?.stop();
    this.operations.delete(id);
  }

  private finish(id: string): void {
    this.operations.delete(id);
    this.write(stringifyMessage({ id, type: MessageType.Complete }));
  }

  private fail(id: string, errors: string): void {
    this.operations.delete(id);
    this.write(`{"id":${JSON.stringify(id)},"type":"error","payload":${errors}}`);
  }

  private refuse(id: string, limit: number): void {
    const message = `At most ${limit} operations of this kind at a time on one connection; complete one first`;
    this.fail(id, failureErrors({ code: "CONFLICT", message, details: { limit } }));
  }

  private count(kind: ClientOperation["kind"]): number {
    let count = 0;
    for (const operation of this.operations.values()) if (operation.kind === kind) count += 1;
    return count;
  }

  private write(text: string): void {
    this.send(text);
    this.flow.sent(text.length);
  }

  private send(text: string): void {
    if (this.phase !== "closed") this.socket.send(text);
  }

  private isClosed(): boolean {
    return this.phase === "closed";
  }
}
