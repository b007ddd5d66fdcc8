export const PASSWORD_LENGTH_MIN = 12;
export const PASSWORD_LENGTH_MAX = 256;
const LOCAL_PART_LENGTH_MIN = 4;
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
  if (isRun(lower)) return "Do not use a row of the keyboard, the alphabet or counting.";
  return null;
}

/** One to four characters over and over, e.g. `aaaaaaaaaaaa` or `abc1abc1abc1`. */
function isRepetition(text: string): boolean {
  return /^(.{1,4}?)\1+$/su.test(text) || /^(.{1,4}?)\1{2,}.{0,3}$/su.test(text);
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
