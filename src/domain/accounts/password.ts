export const PASSWORD_LENGTH_MIN = 12;
export const PASSWORD_LENGTH_MAX = 256;
const LOCAL_PART_LENGTH_MIN = 4;
/** What is tried first at every account. */
const OBVIOUS =
  /passwor[dt]|passphrase|passe?code|letmein|welcome|willkommen|iloveyou|changeme|qwert[yz]|azerty|admin(?:istrator)?|master|secret|login|hello|crow/g;
const LETTERS_BESIDE_OBVIOUS_MIN = 4;
/** What fingers type when they are asked for something long. */
const RUNS = ["abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm"];

/** Why this cannot be the password of the account with this e-mail, as a sentence for the form; null when it can. */
export function passwordProblem(password: string, email: string): string | null {
  const characters = [...password].length;
  if (characters < PASSWORD_LENGTH_MIN) return `Use at least ${PASSWORD_LENGTH_MIN} characters; a few unrelated words are easy to remember.`;
  if (characters > PASSWORD_LENGTH_MAX) return `Use at most ${PASSWORD_LENGTH_MAX} characters.`;
  const lower = password.toLowerCase();
  const local_part = email.split("@")[0]!;
  if (local_part.length >= LOCAL_PART_LENGTH_MIN && lower.includes(local_part)) return "Leave your e-mail address out of the password.";
  if (isRepetition(lower)) return "Do not repeat the same few characters.";
  if (isObvious(lower)) return "Use words that nobody would try first.";
  if (isRun(lower)) return "Do not use a row of the keyboard, the alphabet or counting.";
  return null;
}

/** A few characters over and over (`abc1abc1abc1`), or one word (`banana banana`), with something short behind it or not: it is no better than its piece alone. */
function isRepetition(text: string): boolean {
  return /^(.{1,4}?)\1{2,}.{0,3}$/su.test(text) || repeatsAPiece(text) || repeatsAPiece(text.replace(/[^\p{L}]{1,4}$/u, ""));
}

function repeatsAPiece(text: string): boolean {
  const characters = [...text];
  const lengths = Array.from({ length: PASSWORD_LENGTH_MIN - 1 }, (_length, index) => index + 1);
  // One less than twice: what stands between two words need not follow the last.
  return lengths.some(
    (length) => length * 2 <= characters.length + 1 && characters.every((each, at) => at < length || each === characters[at - length]),
  );
}

/** Little but words that everybody knows, digits and signs: `Password1234!`, `p@ssw0rd2026`. */
function isObvious(text: string): boolean {
  const plain = text.replaceAll("@", "a").replaceAll("$", "s").replaceAll("0", "o").replaceAll("1", "i").replaceAll("3", "e");
  return [text, plain].some((candidate) => {
    const rest = candidate.replaceAll(OBVIOUS, "");
    return rest !== candidate && rest.replaceAll(/[^\p{L}]/gu, "").length < LETTERS_BESIDE_OBVIOUS_MIN;
  });
}

function isRun(text: string): boolean {
  const backwards = [...text].toReversed().join("");
  return RUNS.some((run) => [text, backwards].some((candidate) => (run + run).includes(candidate) || covers(run, candidate)));
}

/** Several runs after each other (`abcdefgh123456`): every character but a few follows its neighbour. */
function covers(run: string, text: string): boolean {
  const follows = [...text].filter((character, index) => index > 0 && run.includes(text[index - 1]! + character)).length;
  return follows >= text.length - 2;
}
