package io.leveret.broker.pattern;

import io.leveret.broker.pattern.Node.At;
import io.leveret.broker.pattern.Node.Atomic;
import io.leveret.broker.pattern.Node.Choice;
import io.leveret.broker.pattern.Node.Nothing;
import io.leveret.broker.pattern.Node.Octet;
import io.leveret.broker.pattern.Node.Place;
import io.leveret.broker.pattern.Node.Repeat;
import io.leveret.broker.pattern.Node.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a regular expression as RabbitMQ's PCRE2 does, over octets: with its syntax, its reasons and, in most cases, its offsets.
 * What it does not know is refused, never taken for something else. Used by one thread, once.
 */
final class PatternReader {

    /** So that no thread's stack is too small; RabbitMQ takes some hundred more. */
    private static final int MAX_DEPTH = 250;

    /** RabbitMQ's, too. */
    private static final int MAX_COUNT = 65535;

    private static final String NOT_REPEATABLE = "quantifier does not follow a repeatable item";

    private final Cursor in;
    private final Escapes escapes;
    private final GroupReader groups;
    private Flags flags = Flags.NONE;
    private boolean quoting;
    private int depth;

    PatternReader(String expression) {
        this.in = new Cursor(expression);
        this.escapes = new Escapes(in);
        this.groups = new GroupReader(in, this);
    }

    /**
     * An expression as a whole.
     *
     * @param groups the numbers of all groups, by number and by name
     */
    record Expression(Node root, Map<String, Integer> groups) {}

    Expression read() {
        Node root = branches();
        if (!in.atEnd()) {
            in.next();
            throw in.problem("unmatched closing parenthesis");
        }
        return new Expression(root, groups.numbers());
    }

    Flags flags() {
        return flags;
    }

    void flags(Flags others) {
        flags = others;
    }

    /** What stands up to the bracket that ends a group, and the bracket; flags which it sets end with it. */
    Node group(boolean sameNumbers) {
        if (++depth > MAX_DEPTH) {
            throw in.problem("parentheses are too deeply nested");
        }
        Flags before = flags;
        Node part = sameNumbers ? groups.withSameNumbers(this::branch) : branches();
        if (!in.take(")")) {
            throw in.problem("missing closing parenthesis");
        }
        flags = before;
        depth--;
        // In brackets it can be repeated, whatever it is.
        return new Sequence(List.of(part));
    }

    private Node branches() {
        List<Node> branches = new ArrayList<>();
        do {
            branches.add(branch());
        } while (in.take("|"));
        return branches.size() == 1 ? branches.get(0) : new Choice(branches);
    }

    private Node branch() {
        List<Node> parts = new ArrayList<>();
        skip();
        while (!in.atEnd() && (quoting || (in.peek() != '|' && in.peek() != ')'))) {
            parts.add(quantified(atom()));
            skip();
        }
        return parts.size() == 1 ? parts.get(0) : new Sequence(parts);
    }

    /** Goes behind what means nothing: comments, spaces where they are to be passed by, the marks of quoted text. */
    private void skip() {
        boolean more = true;
        while (more) {
            if (quoting) {
                more = in.take("\\E");
                quoting = !more;
            } else if (in.take("\\Q")) {
                quoting = true;
            } else if (in.take("(?#")) {
                if (in.takeThrough(")") == null) {
                    in.toEnd();
                    throw in.problem("missing ) after (?# comment");
                }
            } else {
                more = in.take("\\E") || (flags.extended() && skipExtended());
            }
        }
    }

    private boolean skipExtended() {
        if (in.take("#")) {
            if (in.takeThrough("\n") == null) {
                in.toEnd();
            }
            return true;
        }
        boolean space = in.peek() != Cursor.NOTHING && OctetSet.SPACE.contains(in.peek());
        if (space) {
            in.next();
        }
        return space;
    }

    private Node atom() {
        if (quoting) {
            return octet(in.next());
        }
        int next = in.next();
        return switch (next) {
            case '\\' -> escape();
            case '[' -> {
                if (ClassReader.takeNamed(in)) {
                    throw in.problem("POSIX named classes are supported only within a class");
                }
                yield new Octet(new ClassReader(in, escapes, flags).read());
            }
            case '(' -> groups.read();
            case '.' -> new Octet(flags.dotTakesAll() ? OctetSet.ALL : OctetSet.NO_NEWLINE);
            case '^' -> new At(flags.multiline() ? Place.LINE_START : Place.START);
            case '$' -> new At(flags.multiline() ? Place.LINE_END : Place.END_OR_LAST_NEWLINE);
            default -> {
                in.back(in.at() - 1);
                if (quantifier() != null) {
                    throw in.problem(NOT_REPEATABLE);
                }
                yield octet(in.next());
            }
        };
    }

    private Node octet(int octet) {
        OctetSet set = OctetSet.of(octet);
        return new Octet(flags.anyCase() ? set.inAnyCase() : set);
    }

    private Node escape() {
        OctetSet set = escapes.set();
        if (set != null) {
            return new Octet(set);
        }
        if (in.peek() >= '1' && in.peek() <= '9') {
            Node same = groups.sameByNumber();
            return same == null ? octet(escapes.octet()) : same;
        }
        Node special = switch (in.peek()) {
            case 'A', 'G' -> new At(Place.START);
            case 'z' -> new At(Place.END);
            case 'Z' -> new At(Place.END_OR_LAST_NEWLINE);
            case 'b' -> new At(Place.WORD_EDGE);
            case 'B' -> new At(Place.NO_WORD_EDGE);
            case 'N' -> in.peek(1) == '{' && !isQuantifierAt(1) ? null : new Octet(OctetSet.NO_NEWLINE);
            case 'C' -> new Octet(OctetSet.ALL);
            case 'R' -> endOfLineOr(OctetSet.VERTICAL_SPACE);
            case 'X' -> endOfLineOr(OctetSet.ALL);
            // It says where the matched part begins, which nobody asks for.
            case 'K' -> new Nothing();
            default -> null;
        };
        if (special != null) {
            int letter = in.next();
            if (letter == 'K') {
                groups.requireOutsideOfLook();
            }
            return special;
        }
        return in.peek() == 'g' || in.peek() == 'k' ? groups.same() : octet(escapes.octet());
    }

    private static Node endOfLineOr(OctetSet one) {
        Node both = new Sequence(List.of(new Octet(OctetSet.of('\r')), new Octet(OctetSet.of('\n'))));
        return new Atomic(new Choice(List.of(both, new Octet(one))));
    }

    private boolean isQuantifierAt(int further) {
        int before = in.at();
        in.back(before + further);
        boolean quantifier = quantifier() != null;
        in.back(before);
        return quantifier;
    }

    private Node quantified(Node atom) {
        skip();
        Quantifier quantifier = quoting ? null : quantifier();
        if (quantifier == null) {
            return atom;
        }
        if (atom instanceof At || atom instanceof Nothing) {
            throw in.problem(NOT_REPEATABLE);
        }
        boolean possessive = in.take("+");
        boolean lazy = !possessive && in.take("?");
        Node repeat = new Repeat(atom, quantifier.min(), quantifier.max(), lazy != flags.lazy());
        skip();
        int before = in.at();
        if (!quoting && quantifier() != null) {
            throw in.problem(NOT_REPEATABLE);
        }
        in.back(before);
        return possessive ? new Atomic(repeat) : repeat;
    }

    private record Quantifier(int min, int max) {}

    /** How often what is before it; null, and nothing read, if nothing says so. */
    private @Nullable Quantifier quantifier() {
        if (in.peek() == '{') {
            int before = in.at();
            Quantifier quantifier = braced();
            if (quantifier == null) {
                in.back(before);
            }
            return quantifier;
        }
        Quantifier simple = switch (in.peek()) {
            case '*' -> new Quantifier(0, Node.UNLIMITED);
            case '+' -> new Quantifier(1, Node.UNLIMITED);
            case '?' -> new Quantifier(0, 1);
            default -> null;
        };
        if (simple != null) {
            in.next();
        }
        return simple;
    }

    /** Null if it is none: a brace is a letter then. */
    private @Nullable Quantifier braced() {
        in.next();
        in.spaces();
        boolean hasMin = in.atDigit();
        int min = hasMin ? count() : 0;
        in.spaces();
        boolean comma = in.take(",");
        in.spaces();
        boolean hasMax = comma && in.atDigit();
        int max = hasMax ? count() : comma ? Node.UNLIMITED : min;
        in.spaces();
        if (in.peek() != '}' || (!hasMin && !hasMax)) {
            return null;
        }
        if (max < min) {
            throw in.problem("numbers out of order in {} quantifier");
        }
        in.next();
        return new Quantifier(min, max);
    }

    private int count() {
        int count = in.number();
        if (count > MAX_COUNT) {
            throw in.problem("number too big in {} quantifier");
        }
        return count;
    }
}
