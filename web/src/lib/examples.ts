// Schedules to begin with. A browser test asks the server about each: all of them are understood.
export const scheduleExamples: readonly { text: string; means: string }[] = [
  { text: "30 9 * * 1-5", means: "09:30, Monday to Friday" },
  { text: "*/15 * * * *", means: "every quarter of an hour" },
  { text: "0 9-17 * * 1-5", means: "hourly in office hours" },
  { text: "0 2 * * *", means: "each night at 02:00" },
  { text: "0 9 1 * *", means: "the first of the month" },
  { text: "0 17 LW * *", means: "the month's last weekday" },
  { text: "0 9 * * FRI#2", means: "the second Friday" },
  { text: "5 minutes", means: "every five minutes" },
  { text: "30 seconds", means: "every half minute" },
  { text: "10 minutes after finish", means: "a pause between runs" },
  { text: "every 2 weeks at 09:00", means: "every other week" },
  { text: "first monday of next month", means: "first Mondays" },
  { text: "@hourly", means: "on the hour" },
  { text: "H 3 * * *", means: "between 3 and 4, spread out" },
];
