package io.leveret.broker.pattern;

/** What letters like those of {@code (?i)} have switched on. Immutable. */
record Flags(
        boolean anyCase,
        boolean multiline,
        boolean dotTakesAll,
        boolean extended,
        boolean extendedInClasses,
        boolean namedGroupsOnly,
        boolean lazy) {

    static final Flags NONE = new Flags(false, false, false, false, false, false, false);

    /** Without those that {@code (?^)} switches off. */
    Flags reset() {
        return new Flags(false, false, false, false, false, false, lazy);
    }

    /** Reads letters up to one that is none, or to what ends them. */
    Flags read(Cursor in) {
        Flags flags = this;
        boolean mayInvert = true;
        if (in.take("^")) {
            flags = flags.reset();
            mayInvert = false;
        }
        boolean on = true;
        while (in.peek() != ')' && in.peek() != ':') {
            if (in.atEnd()) {
                throw in.problem("missing closing parenthesis");
            }
            if (in.take("-")) {
                if (!mayInvert) {
                    throw in.problem("invalid hyphen in option setting");
                }
                mayInvert = false;
                on = false;
            } else {
                flags = flags.with(in, on);
            }
        }
        return flags;
    }

    private Flags with(Cursor in, boolean on) {
        boolean twice = in.peek() == 'x' && in.peek(1) == 'x';
        Flags changed = switch (in.next()) {
            case 'i' -> new Flags(on, multiline, dotTakesAll, extended, extendedInClasses, namedGroupsOnly, lazy);
            case 'm' -> new Flags(anyCase, on, dotTakesAll, extended, extendedInClasses, namedGroupsOnly, lazy);
            case 's' -> new Flags(anyCase, multiline, on, extended, extendedInClasses, namedGroupsOnly, lazy);
            // One x switches off what two have switched on.
            case 'x' -> new Flags(anyCase, multiline, dotTakesAll, on, on && twice, namedGroupsOnly, lazy);
            case 'n' -> new Flags(anyCase, multiline, dotTakesAll, extended, extendedInClasses, on, lazy);
            case 'U' -> new Flags(anyCase, multiline, dotTakesAll, extended, extendedInClasses, namedGroupsOnly, on);
            case 'J' -> throw in.unknown("(?J)");
            // Of Unicode alone, and so is what may be behind the a.
            case 'r' -> this;
            case 'a' -> {
                if ("DSWPT".indexOf(in.peek()) >= 0) {
                    in.next();
                }
                yield this;
            }
            default -> throw in.problem("unrecognized character after (? or (?-");
        };
        if (twice) {
            in.next();
        }
        return changed;
    }
}
