import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./style.css";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { setUpWorkers } from "./workers.ts";

setUpWorkers();
createRoot(document.getElementById("app")!).render(<App />);
