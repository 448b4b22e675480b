package io.leveret.broker.pattern;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a class of characters, from behind its bracket. Used by one thread. */
final class ClassReader {

    private static final String BAD_RANGE = "invalid range in character class";

    private static final Map<String, OctetSet> NAMED = Map.ofEntries(
            Map.entry("alpha", OctetSet.LETTER),
            Map.entry("lower", OctetSet.LOWER),
            Map.entry("upper", OctetSet.UPPER),
            Map.entry("alnum", OctetSet.LETTER.and(OctetSet.DIGIT)),
            Map.entry("ascii", OctetSet.range(0, 0x7f)),
            Map.entry("blank", OctetSet.of('\t').and(OctetSet.of(' '))),
            Map.entry("cntrl", OctetSet.range(0, 0x1f).and(OctetSet.of(0x7f))),
            Map.entry("digit", OctetSet.DIGIT),
            Map.entry("graph", OctetSet.range('!', '~')),
            Map.entry("print", OctetSet.range(' ', '~')),
            Map.entry(
                    "punct",
                    OctetSet.range('!', '/')
                            .and(OctetSet.range(':', '@'))
                            .and(OctetSet.range('[', '`'))
                            .and(OctetSet.range('{', '~'))),
            Map.entry("space", OctetSet.SPACE),
            Map.entry("word", OctetSet.WORD),
            Map.entry("xdigit", OctetSet.DIGIT.and(OctetSet.range('A', 'F')).and(OctetSet.range('a', 'f'))));

    private final Cursor in;
    private final Escapes escapes;
    private final Flags flags;
    private boolean quoting;

    ClassReader(Cursor in, Escapes escapes, Flags flags) {
        this.in = in;
        this.escapes = escapes;
        this.flags = flags;
    }

    /** Goes behind what, behind a bracket, looks like the name of a class. */
    static boolean takeNamed(Cursor in) {
        return isNamed(in) && in.takeThrough((char) in.next() + "]") != null;
    }

    private static boolean isNamed(Cursor in) {
        int terminator = in.peek();
        if (terminator != ':' && terminator != '.' && terminator != '=') {
            return false;
        }
        for (int i = 1; in.peek(i + 1) != Cursor.NOTHING; i++) {
            int next = in.peek(i);
            if (next == '\\' && (in.peek(i + 1) == ']' || in.peek(i + 1) == '\\')) {
                i++;
            } else if (next == ']' || (next == '[' && in.peek(i + 1) == terminator)) {
                return false;
            } else if (next == terminator && in.peek(i + 1) == ']') {
                return true;
            }
        }
        return false;
    }

    OctetSet read() {
        boolean inverted = in.take("^");
        OctetSet all = OctetSet.NONE;
        boolean first = true;
        while (true) {
            skip();
            if (in.atEnd()) {
                throw in.problem("missing terminating ] for character class");
            }
            if (!first && !quoting && in.take("]")) {
                break;
            }
            all = all.and(item());
            first = false;
        }
        OctetSet cased = flags.anyCase() ? all.inAnyCase() : all;
        return inverted ? cased.inverted() : cased;
    }

    private void skip() {
        boolean more = true;
        while (more) {
            if (quoting) {
                more = in.take("\\E");
                quoting = !more;
            } else if (in.take("\\Q")) {
                quoting = true;
            } else {
                more = in.take("\\E") || isSkippedSpace();
            }
        }
    }

    private boolean isSkippedSpace() {
        return flags.extendedInClasses() && (in.take(" ") || in.take("\t"));
    }

    private OctetSet item() {
        OctetSet set = set();
        if (set != null) {
            if (isRange()) {
                in.next();
                throw in.problem(BAD_RANGE);
            }
            return set;
        }
        int from = octet();
        skip();
        if (!isRange()) {
            return OctetSet.of(from);
        }
        in.next();
        skip();
        if (set() != null) {
            throw in.problem(BAD_RANGE);
        }
        int to = octet();
        if (to < from) {
            throw in.problem("range out of order in character class");
        }
        return OctetSet.range(from, to);
    }

    /** A hyphen that is not the last. */
    private boolean isRange() {
        if (quoting || in.peek() != '-' || in.peek(1) == Cursor.NOTHING) {
            return false;
        }
        int before = in.at();
        in.next();
        boolean quotingBefore = quoting;
        skip();
        boolean last = !quoting && in.peek() == ']';
        quoting = quotingBefore;
        in.back(before);
        return !last;
    }

    /** A set of octets that has a name; null, and nothing read, if that is not what comes next. */
    private @Nullable OctetSet set() {
        if (quoting) {
            return null;
        }
        int before = in.at();
        if (in.take("\\")) {
            OctetSet set = escapes.set();
            if (set == null) {
                in.back(before);
            }
            return set;
        }
        if (in.take("[")) {
            if (isNamed(in)) {
                return named();
            }
            in.back(before);
        }
        return null;
    }

    private OctetSet named() {
        if (in.peek() != ':') {
            takeNamed(in);
            throw in.problem("POSIX collating elements are not supported");
        }
        in.next();
        boolean inverted = in.take("^");
        String name = String.valueOf(in.takeThrough(":]"));
        OctetSet set = NAMED.get(name);
        if (set == null) {
            throw in.problem("unknown POSIX class name");
        }
        boolean caseCounts = !flags.anyCase();
        OctetSet cased = caseCounts ? set : set.inAnyCase();
        return inverted ? cased.inverted() : cased;
    }

    private int octet() {
        if (quoting || in.peek() != '\\') {
            return in.next();
        }
        in.next();
        switch (in.peek()) {
            case 'b' -> {
                in.next();
                return '\b';
            }
            case 'N' -> {
                in.next();
                throw in.problem("\\N is not supported in a class");
            }
            case 'A', 'B', 'C', 'G', 'K', 'R', 'X', 'Z', 'z' -> {
                in.next();
                throw in.problem("escape sequence is invalid in character class");
            }
            case 'g', 'k' -> {
                return in.next();
            }
            default -> {
                return escapes.octet();
            }
        }
    }
}
