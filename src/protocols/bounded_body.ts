/** A body's text; null when it has more bytes than that, and then no more of it is read. */
export async function readBounded(body: ReadableStream<Uint8Array> | null, bytes_max: number): Promise<string | null> {
  if (!body) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > bytes_max) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
