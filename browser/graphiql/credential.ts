import { useEffect, useState } from "react";

const STORAGE_KEY = "crow-graphql-credential";

/**
 * The API key or access token that requests are sent with; "" for none. It is kept with this tab and ends with it: it is in no URL, no cookie and no
 * storage that other tabs read.
 */
export function useCredential(): [string, (credential: string) => void] {
  const [credential, setCredential] = useState(() => sessionStorage.getItem(STORAGE_KEY) ?? "");
  useEffect(() => {
    if (credential === "") sessionStorage.removeItem(STORAGE_KEY);
    else sessionStorage.setItem(STORAGE_KEY, credential);
  }, [credential]);
  return [credential, setCredential];
}

/** What was meant by what was pasted: a whole header line is as good as the key in it. */
export function cleanCredential(pasted: string): string {
  return pasted.trim().replace(/^(?:Authorization:\s*)?Bearer\s+/i, "");
}
