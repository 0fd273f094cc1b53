// Hides the questions of a form that are not asked, as their answers are typed. Without a script all are shown, each with a
// sentence that says when to answer it; what is sent of a hidden one the server drops. It reads the same trees as
// apps/procedures/conditions: what is not known stays not known, and a comparison with it is false.

const MOST = 10 ** 15;
const known = (value) => value !== undefined && value !== null;
const whole = (value) => (Number.isInteger(value) && Math.abs(value) <= MOST ? value : null);

class Day {
  constructor(count) { this.count = count; }
  static of(value) {
    if (value instanceof Day) return value;
    if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d$/.test(value)) return null;
    const at = Date.parse(`${value}T00:00:00Z`);
    return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== value ? null : new Day(at / 86_400_000);
  }
  moved(days) {
    const count = this.count + days;
    // From the year 1 to the year 9999, as the server knows them.
    return count >= -719_162 && count <= 2_932_896 ? new Day(count) : null;
  }
  get parts() {
    const date = new Date(this.count * 86_400_000);
    return [date.getUTCFullYear(), (date.getUTCMonth() + 1) * 100 + date.getUTCDate()];
  }
}

function compared(op, left, right) {
  if (!known(left) || !known(right)) return false;
  if (left instanceof Day || right instanceof Day) {
    [left, right] = [Day.of(left), Day.of(right)];
    if (!left || !right) return false;
    [left, right] = [left.count, right.count];
  }
  const isSame = typeof left === typeof right && typeof left !== "object";
  if (op === "eq") return isSame && left === right;
  if (op === "ne") return !isSame || left !== right;
  if (!isSame || typeof left === "boolean") return false;
  return { lt: left < right, le: left <= right, gt: left > right, ge: left >= right }[op] ?? false;
}

const total = (values) => values.reduce((sum, value) => (sum === null || whole(value) === null ? null : whole(sum + value)), 0);

function extreme(values, choose) {
  if (values.every((value) => whole(value) !== null)) return choose(...values);
  const days = values.map(Day.of);
  return days.every(Boolean) ? new Day(choose(...days.map((day) => day.count))) : null;
}

function years(from, to) {
  const [start, end] = [from.parts, to.parts];
  return end[0] - start[0] - (end[1] < start[1] ? 1 : 0);
}

const COMPUTE = {
  add([first, ...others]) {
    const days = Day.of(first) && total(others);
    return Day.of(first) ? (days === null ? null : Day.of(first).moved(days)) : total([first, ...others]);
  },
  multiply: (values) => values.reduce((product, value) => (product === null || whole(value) === null ? null : whole(product * value)), 1),
  min: (values) => extreme(values, Math.min),
  max: (values) => extreme(values, Math.max),
  subtract([first, second]) {
    if (whole(second) === null) return null;
    return Day.of(first) ? Day.of(first).moved(-second) : whole(first) === null ? null : whole(first - second);
  },
  days_between([from, to]) {
    return Day.of(from) && Day.of(to) ? Day.of(to).count - Day.of(from).count : null;
  },
  years_between([from, to]) {
    const [start, end] = [Day.of(from), Day.of(to)];
    if (!start || !end) return null;
    return end.count < start.count ? -years(end, start) : years(start, end);
  },
};

export function valueOf(node, facts) {
  if (node === null || typeof node !== "object") return node;
  if ("date" in node) return Day.of(node.date);
  if ("fact" in node) return facts[node.fact];
  if ("count" in node) return Array.isArray(facts[node.count]) ? facts[node.count].length : null;
  if ("sum" in node) {
    const rows = facts[node.sum[0]];
    return Array.isArray(rows) ? total(rows.map((row) => row[node.sum[1]])) : null;
  }
  const [name] = Object.keys(node);
  return COMPUTE[name](node[name].map((each) => valueOf(each, facts)));
}

export function holds(condition, facts) {
  if (!condition || !Object.keys(condition).length) return true;
  if (condition.all) return condition.all.every((part) => holds(part, facts));
  if (condition.any) return condition.any.some((part) => holds(part, facts));
  if ("not" in condition) return !holds(condition.not, facts);
  if ("is_answered" in condition) {
    const value = facts[condition.is_answered];
    return known(value) && !(typeof value === "string" && !value.trim()) && !(Array.isArray(value) && !value.length);
  }
  const { op, value } = condition;
  if ("left" in condition) return compared(op, valueOf(condition.left, facts), valueOf(condition.right, facts));
  const fact = facts[condition.fact];
  if (op === "in") return value.some((each) => compared("eq", fact, each));
  if (op === "has") return Array.isArray(fact) && fact.some((each) => compared("eq", each, value));
  return compared(op, fact, valueOf(value, {}));
}

function factsOf(condition) {
  if (Array.isArray(condition)) return condition.flatMap(factsOf);
  if (condition === null || typeof condition !== "object") return [];
  const here = ["fact", "is_answered", "count"].filter((key) => typeof condition[key] === "string").map((key) => condition[key]);
  if (condition.sum) here.push(condition.sum[0]);
  return [...here, ...Object.entries(condition).filter(([key]) => key !== "value" && key !== "sum").flatMap(([, inner]) => factsOf(inner))];
}

// The page: what was answered, read from the controls of each question.

const nameOf = (question) => question.dataset.question.split(".").pop();
const inside = (place) => [...place.querySelectorAll("[data-question]")].filter(
  (question) => question.parentElement.closest("[data-row], form") === place,
);

function answerOf(question) {
  const controls = [...question.querySelectorAll("input[name], select, textarea")];
  const first = controls[0];
  switch (question.dataset.kind) {
    case "explanation": case "file": return null;
    case "group": {
      const rows = [...question.querySelectorAll("[data-row]")].map((row) => read(inside(row), {}).answers);
      return rows.filter((row) => Object.values(row).some(known));
    }
    case "yes_no": { const chosen = controls.find((each) => each.checked); return chosen ? chosen.value === "yes" : null; }
    case "choices": { const chosen = controls.filter((each) => each.checked).map((each) => each.value); return chosen.length ? chosen : null; }
    case "date": {
      const [day, month, year] = controls.map((each) => each.value.trim());
      const text = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
      return Day.of(text) ? text : null;
    }
    case "number": case "money": {
      const text = first.value.trim();
      const isGrouped = /^\d{1,3}([., \u00a0])\d{3}(\1\d{3})*$/.test(text);
      return isGrouped || /^[+-]?\d+$/.test(text) ? Number(isGrouped ? text.replace(/\D/g, "") : text) : null;
    }
    case "address": return controls.some((each) => each.value.trim()) ? {} : null;
    default: return first.value.trim() || null;
  }
}

// Until nothing changes: what is hidden is not known to what hangs on it. Circles were refused when the form was written.
function read(questions, above) {
  const answers = {};
  const hidden = new Set();
  for (const question of questions) answers[nameOf(question)] = answerOf(question);
  for (let turn = 0; turn <= questions.length; turn++) {
    const facts = { ...above };
    for (const question of questions) if (!hidden.has(question)) facts[nameOf(question)] = answers[nameOf(question)];
    let hasChanged = false;
    for (const question of questions) {
      if (!question.dataset.visibleIf) continue;
      const condition = JSON.parse(question.dataset.visibleIf);
      const isOpen = factsOf(condition).some((name) => !(name in answers) && !(name in above));
      const isHidden = !isOpen && !holds(condition, facts);
      if (isHidden !== hidden.has(question)) hasChanged = true;
      if (isHidden) hidden.add(question); else hidden.delete(question);
    }
    if (!hasChanged) return { answers: facts, hidden };
  }
  return { answers, hidden };
}

function refresh(form, program) {
  const { answers, hidden } = read(inside(form), program);
  for (const question of inside(form)) question.hidden = hidden.has(question);
  for (const row of form.querySelectorAll("[data-row]")) {
    const { hidden: inRow } = read(inside(row), { ...program, ...answers });
    for (const question of inside(row)) question.hidden = inRow.has(question);
  }
}

const facts = typeof document === "undefined" ? null : document.getElementById("answers-facts");
if (facts) {
  const form = facts.closest("form");
  const program = JSON.parse(facts.textContent);
  const again = () => refresh(form, program);
  form.addEventListener("input", again);
  form.addEventListener("change", again);
  again();
}
