// The least a request can cost on this platform: one Hono route, one actor RPC, one SQLite read by primary key, one JSON answer.
import { DurableObject } from "cloudflare:workers";
import { Hono } from "hono";

export class Floor extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS products (id TEXT PRIMARY KEY, title TEXT, description TEXT, images TEXT, price INTEGER, created_at INTEGER) STRICT",
    );
    ctx.storage.sql.exec("INSERT OR IGNORE INTO products VALUES ('one', 'Mug', NULL, '[]', 799, 0)");
  }

  read(id) {
    return this.ctx.storage.sql.exec("SELECT * FROM products WHERE id = ?", id).one();
  }
}

const app = new Hono();
app.get("/products/:id", async (context) => context.json(await context.env.FLOOR.getByName("one").read(context.req.param("id"))));
export default app;
