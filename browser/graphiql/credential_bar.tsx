import type { RefObject } from "react";
import { cleanCredential } from "./credential.ts";

interface Props {
  credential: string;
  onChange: (credential: string) => void;
  /** The field, for whoever wants to send the reader there. */
  field: RefObject<HTMLInputElement | null>;
}

/** The head of the page: where the credential goes, and where to get one. */
export function CredentialBar({ credential, onChange, field }: Props) {
  return (
    <header className="bar">
      <h1>
        <a href="/docs">CROW</a> GraphQL
      </h1>
      <div className="credential">
        <label htmlFor="credential">API key or access token</label>
        <input
          id="credential"
          ref={field}
          type="password"
          autoComplete="off"
          spellCheck={false}
          placeholder="crow_live_…"
          aria-describedby="credential-hint"
          value={credential}
          onChange={(event) => onChange(cleanCredential(event.target.value))}
        />
        <button
          type="button"
          disabled={credential === ""}
          onClick={() => {
            onChange("");
            field.current?.focus();
          }}
        >
          Forget
        </button>
      </div>
      <p id="credential-hint">
        {credential === "" ? (
          <>
            <code>npm start</code> prints a key; your <a href="/account">account page</a> makes one.
          </>
        ) : (
          "Kept in this tab only."
        )}
      </p>
      <nav aria-label="Documentation">
        <a href="/docs">REST reference</a>
        <a href="/graphql/schema.graphql">Schema</a>
      </nav>
    </header>
  );
}
