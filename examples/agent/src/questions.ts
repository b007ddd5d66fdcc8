/** A tool of CROW's and what to call it with. */
export interface ToolCall {
  tool: string;
  arguments: Record<string, unknown>;
}

/** Which words are about which tool; the first that fits answers. A model would choose here: see the README. */
const TOPICS: readonly { words: RegExp; tool: string; operation?: string; example: string }[] = [
  { words: /\b(unusual|strange|anomal)/i, tool: "insights_anomalies", example: "was anything unusual in the last 30 days?" },
  {
    words: /\b(products?|campaigns?|sources?)\b.*\b(moved|grew|fell|lost|gained)/i,
    tool: "insights_movers",
    example: "which products moved most last week?",
  },
  { words: /\b(chang|compar|differ|better|worse|why)/i, tool: "insights_changes", example: "what changed last week, and why?" },
  { words: /\b(funnel|checkout|drop|convert|conversion)/i, tool: "insights_funnel", example: "where did people drop out yesterday?" },
  // Not in the list of tools: every other operation runs through this one, found by `search_operations`.
  {
    words: /\b(carts?|abandon)/i,
    tool: "execute_operation",
    operation: "insights.cart_abandonment",
    example: "how many carts were abandoned on 2019-10-01?",
  },
  { words: /\b(how|figures|overview|summary|revenue|visitors|orders|best)\b/i, tool: "insights_summary", example: "how was 2019-10-01?" },
];

export const EXAMPLES: readonly string[] = TOPICS.map(({ example }) => example);

const DAY_MS = 86_400_000;

/** What to ask CROW to answer a question, or null. Days are UTC's here; CROW reads them in the organization's time zone. */
export function understand(question: string, now: Date): ToolCall | null {
  const topic = TOPICS.find(({ words }) => words.test(question));
  if (!topic) return null;
  const days = daysIn(question, now);
  return { tool: topic.tool, arguments: topic.operation ? { operation: topic.operation, input: days } : days };
}

/** The days that a question names; none where it names none, and CROW takes the last 30. */
function daysIn(question: string, now: Date): { date_from?: string; date_to?: string } {
  const day = (days_ago: number): string => new Date(now.getTime() - days_ago * DAY_MS).toISOString().slice(0, 10);
  const [from, to = from] = question.match(/\b\d{4}-\d{2}-\d{2}\b/g) ?? [];
  if (from) return { date_from: from, date_to: to };
  if (/\byesterday\b/i.test(question)) return { date_from: day(1), date_to: day(1) };
  if (/\btoday\b/i.test(question)) return { date_from: day(0), date_to: day(0) };
  // Monday to Sunday.
  const since_monday = (now.getUTCDay() + 6) % 7;
  if (/\blast week\b/i.test(question)) return { date_from: day(since_monday + 7), date_to: day(since_monday + 1) };
  const last = /\blast (\d{1,3}) days\b/i.exec(question);
  return last ? { date_from: day(Number(last[1]) - 1), date_to: day(0) } : {};
}
