package io.leveret.broker.pattern;

import io.leveret.broker.pattern.Node.Atomic;
import io.leveret.broker.pattern.Node.Choice;
import io.leveret.broker.pattern.Node.Group;
import io.leveret.broker.pattern.Node.Look;
import io.leveret.broker.pattern.Node.Nothing;
import io.leveret.broker.pattern.Node.Same;
import io.leveret.broker.pattern.Node.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads groups of all kinds, from behind their bracket, and what refers to them. Used by one thread. */
final class GroupReader {

    private static final String NO_GROUP = "reference to non-existent subpattern";

    /** How far back one may look where that is no fixed number: RabbitMQ's. */
    private static final int MAX_LOOK_BEHIND = 255;

    private final Cursor in;
    private final PatternReader reader;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<Reference> references = new ArrayList<>();
    private int last;
    private int looks;

    private record Reference(String group, int offset) {}

    GroupReader(Cursor in, PatternReader reader) {
        this.in = in;
        this.reader = reader;
    }

    /** The numbers of all groups, by number and by name; all that is referred to is among them. */
    Map<String, Integer> numbers() {
        for (Reference each : references) {
            if (!numbers.containsKey(each.group())) {
                throw new PatternException(NO_GROUP, each.offset());
            }
        }
        return numbers;
    }

    void requireOutsideOfLook() {
        if (looks > 0) {
            throw in.problem("\\K is not allowed in lookarounds (but see PCRE2_EXTRA_ALLOW_LOOKAROUND_BSK)");
        }
    }

    Node read() {
        if (in.peek() == '*' && (in.peek(1) == ':' || OctetSet.LETTER.contains(Math.max(0, in.peek(1))))) {
            throw in.unknown("a verb (*...)");
        }
        if (!in.take("?")) {
            return reader.flags().namedGroupsOnly() ? reader.group(false) : capturing(null);
        }
        if (in.take(":")) {
            return reader.group(false);
        } else if (in.take("|")) {
            return reader.group(true);
        } else if (in.take(">")) {
            return new Atomic(reader.group(false));
        } else if (in.take("=")) {
            return look(true, false);
        } else if (in.take("!")) {
            return look(true, true);
        } else if (in.take("<=")) {
            return look(false, false);
        } else if (in.take("<!")) {
            return look(false, true);
        } else if (in.take("P=")) {
            return sameByName(")");
        } else if (in.take("P<") || in.take("<")) {
            requireNoVerb();
            return capturing(name(">"));
        } else if (in.take("'")) {
            return capturing(name("'"));
        }
        requireKnown();
        return flags();
    }

    private void requireNoVerb() {
        if (in.peek() == '*') {
            throw in.unknown("(?<*");
        }
    }

    private void requireKnown() {
        boolean relative = (in.peek() == '+' || in.peek() == '-') && in.peek(1) >= '0' && in.peek(1) <= '9';
        if (in.atDigit() || relative || in.peek() == 'R' || in.peek() == '&' || in.take("P>")) {
            throw in.unknown("a recursion");
        } else if (in.peek() == '(') {
            throw in.unknown("a condition (?(");
        } else if (in.peek() == 'C') {
            throw in.unknown("a callout (?C");
        } else if (in.peek() == '*' || in.peek() == '[') {
            throw in.unknown("(?" + (char) in.peek());
        } else if (in.take("P")) {
            if (in.atEnd()) {
                throw in.problem("missing closing parenthesis");
            }
            in.next();
            throw in.problem("unrecognized character after (?P");
        }
    }

    private Node flags() {
        Flags before = reader.flags();
        Flags changed = before.read(in);
        if (in.take(")")) {
            reader.flags(changed);
            return new Nothing();
        }
        in.next();
        reader.flags(changed);
        Node group = reader.group(false);
        reader.flags(before);
        return group;
    }

    private Node capturing(@Nullable String name) {
        int number = ++last;
        numbers.put(Integer.toString(number), number);
        if (name != null) {
            Integer other = numbers.put(name, number);
            if (other != null && other != number) {
                throw in.problem("two named subpatterns have the same name (PCRE2_DUPNAMES not set)");
            }
        }
        return new Group(number, reader.group(false));
    }

    private Node look(boolean ahead, boolean negative) {
        int from = in.at() - "(?<=".length();
        looks++;
        Node part = reader.group(false);
        looks--;
        if (!ahead) {
            Node all = part instanceof Sequence sequence ? sequence.parts().get(0) : part;
            List<Node> branches = all instanceof Choice choice ? choice.branches() : List.of(all);
            branches.forEach(branch -> requireLimited(branch, from));
        }
        return new Look(part, ahead, negative);
    }

    private static void requireLimited(Node branch, int offset) {
        long most = branch.maxOctets();
        if (most >= Node.UNLIMITED) {
            throw new PatternException("length of lookbehind assertion is not limited", offset);
        }
        if (most > MAX_LOOK_BEHIND && most != branch.minOctets()) {
            throw new PatternException("branch too long in variable-length lookbehind assertion", offset);
        }
    }

    /** The branches of a group, each of which numbers the groups in it from the same number on. */
    Node withSameNumbers(Supplier<Node> branch) {
        int first = last;
        int highest = last;
        List<Node> branches = new ArrayList<>();
        do {
            last = first;
            branches.add(branch.get());
            highest = Math.max(highest, last);
        } while (in.take("|"));
        last = highest;
        return new Choice(branches);
    }

    /** What begins with a digit behind a backslash; null, and nothing read, if it is an octet in octal. */
    @Nullable
    Node sameByNumber() {
        int before = in.at();
        int first = in.peek();
        int number = in.number();
        if (number < 10 || first >= '8' || number <= last) {
            return same(Integer.toString(number), in.at());
        }
        in.back(before);
        return null;
    }

    /** What begins with a g or a k behind a backslash. */
    Node same() {
        boolean g = in.next() == 'g';
        if (g && (in.peek() == '<' || in.peek() == '\'')) {
            throw in.unknown("a recursion");
        }
        if (in.take("{")) {
            in.spaces();
            boolean number = g && (in.atDigit() || in.peek() == '-' || in.peek() == '+');
            return number ? same(number("}"), in.at()) : sameByName("}");
        } else if (!g && in.take("<")) {
            return sameByName(">");
        } else if (!g && in.take("'")) {
            return sameByName("'");
        } else if (g && (in.atDigit() || in.peek() == '-' || in.peek() == '+')) {
            return same(number(""), in.at());
        }
        throw in.problem(
                g
                        ? "\\g is not followed by a braced, angle-bracketed, or quoted name/number or by a plain number"
                        : "\\k is not followed by a braced, angle-bracketed, or quoted name");
    }

    private Node sameByName(String end) {
        in.spaces();
        int from = in.at();
        return same(name(end), from);
    }

    private Node same(String group, int offset) {
        references.add(new Reference(group, offset));
        return new Same(group, reader.flags().anyCase());
    }

    /** A number, or how far from here it is. */
    private String number(String end) {
        boolean back = in.take("-");
        boolean forth = !back && in.take("+");
        if (!in.atDigit()) {
            throw in.problem("subpattern name expected");
        }
        int number = in.number();
        if (back && (number == 0 || number > last)) {
            throw in.problem(NO_GROUP);
        }
        in.spaces();
        if (!in.take(end)) {
            throw in.problem(
                    "\\g is not followed by a braced, angle-bracketed, or quoted name/number or by a plain number");
        }
        return Integer.toString(back ? last - number + 1 : forth ? last + number : number);
    }

    private String name(String end) {
        in.spaces();
        if (in.atDigit()) {
            in.next();
            throw in.problem("subpattern name must start with a non-digit");
        }
        String name = in.word();
        if (name.isEmpty()) {
            throw in.problem("subpattern name expected");
        }
        in.spaces();
        if (!in.take(end)) {
            throw in.problem("syntax error in subpattern name (missing terminator?)");
        }
        return name;
    }
}
