// Static files on plain workerd: its disk service knows no content types, so this small worker in front of it adds them.
const TYPES = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  png: "image/png",
  svg: "image/svg+xml",
  ttf: "font/ttf",
};

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    const type = TYPES[pathname.split(".").at(-1)];
    if ((request.method !== "GET" && request.method !== "HEAD") || !type) return new Response("Not found", { status: 404 });
    const file = await env.FILES.fetch(`http://files${pathname}`, { method: request.method });
    if (!file.ok) return new Response("Not found", { status: 404 });
    return new Response(file.body, { headers: { "Content-Type": type, "Cache-Control": "public, max-age=3600" } });
  },
};
