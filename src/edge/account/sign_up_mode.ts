export type SignUpMode = "open" | "invite" | "closed";

/** Who may make an account here. Anything that is not one of the words is the default: an error in the settings must not open the door. */
export function signUpMode(env: Env): SignUpMode {
  return env.SIGN_UP === "open" || env.SIGN_UP === "closed" ? env.SIGN_UP : "invite";
}
