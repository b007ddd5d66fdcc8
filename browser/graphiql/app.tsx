import type { Fetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { useEffect, useMemo, useRef } from "react";
import { connect, problem } from "./connection.ts";
import { CredentialBar } from "./credential_bar.tsx";
import { useCredential } from "./credential.ts";
import { useSchema } from "./schema.ts";
import { TABS } from "./tabs.ts";

/** GraphiQL under a bar for the credential. Documentation and completion work before there is one; running an operation asks for it. */
export function App() {
  const [credential, setCredential] = useCredential();
  const field = useRef<HTMLInputElement>(null);
  const schema = useSchema();
  const connection = useMemo(() => connect(credential), [credential]);
  useEffect(() => connection.close, [connection]);
  const fetcher = useMemo<Fetcher>(() => {
    if (credential !== "") return connection.fetcher;
    return () => {
      field.current?.focus();
      return Promise.resolve(problem("Paste an API key or access token at the top of this page, then run this again."));
    };
  }, [credential, connection]);
  return (
    <>
      <CredentialBar credential={credential} onChange={setCredential} field={field} />
      <main>
        {/* No editor for headers: what is typed there is kept in the history, where a credential must not be. */}
        <GraphiQL fetcher={fetcher} schema={schema} defaultTabs={TABS} isHeadersEditorEnabled={false} shouldPersistHeaders={false} />
      </main>
    </>
  );
}
