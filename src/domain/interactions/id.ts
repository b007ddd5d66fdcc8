import { notFound } from "../errors.ts";

/**
 * An interaction's id is its sequence number and its organization's tag, so that it needs no column and no index: `int_`, eight base-32 digits of
 * the sequence (sortable), eight of the organization's random bits (unique in the deployment).
 */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const DIGITS = 8;
export const INTERACTION_ID = /^int_[0-9a-hjkmnp-tv-z]{16}$/;

export function interactionId(sequence: number, organization_id: string): string {
  let digits = "";
  for (let rest = sequence, position = 0; position < DIGITS; position++) {
    digits = ALPHABET[rest % 32]! + digits;
    rest = Math.floor(rest / 32);
  }
  return `int_${digits}${tagOf(organization_id)}`;
}

/** The sequence number behind an id; NOT_FOUND for another organization's id or none at all. */
export function sequenceOf(id: string, organization_id: string): number {
  if (!INTERACTION_ID.test(id) || id.slice(-DIGITS) !== tagOf(organization_id)) throw notFound("interaction", id);
  return decodeSequence(id);
}

/** The sequence number in an id of ours. */
export function decodeSequence(id: string): number {
  let sequence = 0;
  for (const digit of id.slice(4, 4 + DIGITS)) sequence = sequence * 32 + ALPHABET.indexOf(digit);
  return sequence;
}

/** The random end of the organization's TypeID. */
function tagOf(organization_id: string): string {
  return organization_id.slice(-DIGITS);
}
