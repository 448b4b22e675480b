package io.leveret.broker.pattern;

import io.leveret.broker.pattern.Node.Place;
import io.leveret.broker.pattern.Program.Ahead;
import io.leveret.broker.pattern.Program.Behind;
import io.leveret.broker.pattern.Program.Found;
import io.leveret.broker.pattern.Program.Jump;
import io.leveret.broker.pattern.Program.JumpIfMoved;
import io.leveret.broker.pattern.Program.Keep;
import io.leveret.broker.pattern.Program.KeepGroup;
import io.leveret.broker.pattern.Program.Once;
import io.leveret.broker.pattern.Program.Repeated;
import io.leveret.broker.pattern.Program.Require;
import io.leveret.broker.pattern.Program.Split;
import io.leveret.broker.pattern.Program.Step;
import io.leveret.broker.pattern.Program.Take;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One search for an expression in a text: with backtracking, but never twice from the same step at the same position unless the
 * expression refers to groups, so that it takes at most the product of both lengths. What nests searches or refers to groups may
 * take longer, and is given up after a number of steps. Used by one thread, once.
 */
final class Search {

    /** About a millisecond. RabbitMQ's bound is 50,000 of the steps of PCRE2, which are other ones. */
    private static final int MAX_STEPS = 100_000;

    private static final int NONE = -1;
    private static final int[] NO_REGISTERS = {};
    private static final int BITS = 64;

    private final Program program;
    private final byte[] text;
    private int left = MAX_STEPS;

    /** Of what a step may change it gets a copy. */
    private int[] registers;

    /** It takes too many steps. */
    static final class ExceededException extends Exception {
        private static final long serialVersionUID = 1;

        private ExceededException() {
            super("too many steps", null, false, false);
        }
    }

    Search(Program program, byte[] text) {
        this.program = program;
        this.text = text;
        this.registers = program.registers == 0 ? NO_REGISTERS : new int[program.registers];
        Arrays.fill(registers, NONE);
    }

    /** Whether the expression matches somewhere. */
    boolean find() throws ExceededException {
        Run run = new Run(0, program.length());
        int[] unset = registers;
        int lastStart = program.isAnchored() ? 0 : text.length;
        for (int start = 0; start <= lastStart; start++) {
            registers = unset;
            if (run.run(start, NONE) != NONE) {
                return true;
            }
        }
        return false;
    }

    private void spend(int steps) throws ExceededException {
        left -= steps;
        if (left < 0) {
            throw new ExceededException();
        }
    }

    /** A search from one step to what it finds; another one goes on in the middle of it where a step says so. */
    private final class Run {

        private final int first;

        /** A bit for each step and position from which there is no way; null where that depends on what groups took. */
        private final long @Nullable [] tried;

        private int[] laterSteps = new int[16];
        private int[] laterPositions = new int[16];
        private int[][] laterRegisters = new int[16][];
        private int later;

        private int step;
        private int at;

        private Run(int first, int end) throws ExceededException {
            this.first = first;
            int words = (end - first) * (text.length + 1) / BITS + 1;
            this.tried = program.hasReferences ? null : new long[words];
            spend(words / 8);
        }

        /** Where it ends, which has to be at a position unless that is none; none if it finds nothing. */
        private int run(int start, int end) throws ExceededException {
            step = first;
            at = start;
            later = 0;
            while (true) {
                spend(1);
                if (isNew() && (end == NONE || at <= end)) {
                    Step next = program.step(step);
                    if (next instanceof Found && (end == NONE || at == end)) {
                        return at;
                    }
                    if (take(next)) {
                        continue;
                    }
                }
                if (later == 0) {
                    return NONE;
                }
                later--;
                step = laterSteps[later];
                at = laterPositions[later];
                registers = laterRegisters[later];
            }
        }

        private boolean isNew() {
            if (tried == null) {
                return true;
            }
            int state = (step - first) * (text.length + 1) + at;
            boolean isNew = (tried[state / BITS] >> state & 1) == 0;
            tried[state / BITS] |= 1L << state;
            return isNew;
        }

        /** Takes a step; false if that leads nowhere. */
        private boolean take(Step next) throws ExceededException {
            if (next instanceof Take take) {
                step++;
                return at < text.length && take.set().contains(text[at++] & 0xff);
            } else if (next instanceof Split split) {
                push(split.second());
                step = split.first();
                return true;
            } else if (next instanceof Jump jump) {
                step = jump.to();
                return true;
            } else if (next instanceof Require require) {
                step++;
                return isAt(require.place());
            } else if (next instanceof Once once) {
                int end = new Run(step + 1, once.next()).run(at, NONE);
                step = once.next();
                at = end;
                return end != NONE;
            } else if (next instanceof Ahead ahead) {
                return look(ahead.next(), ahead.negative(), at, at, NONE);
            } else if (next instanceof Behind behind) {
                int farthest = Math.max(0, at - behind.max());
                return look(behind.next(), behind.negative(), at - behind.min(), farthest, at);
            }
            return takeWithRegisters(next);
        }

        private boolean look(int next, boolean negative, int nearest, int farthest, int end) throws ExceededException {
            boolean found = false;
            int[] before = registers;
            if (nearest >= farthest) {
                Run run = new Run(step + 1, next);
                for (int start = nearest; start >= farthest && !found; start--) {
                    registers = before;
                    found = run.run(start, end) != NONE;
                }
            }
            if (!found || negative) {
                registers = before;
            }
            step = next;
            return found != negative;
        }

        private boolean takeWithRegisters(Step next) throws ExceededException {
            step++;
            if (next instanceof Keep keep) {
                keep(keep.register(), at);
                return true;
            } else if (next instanceof KeepGroup group) {
                keep(group.register(), registers[group.began()]);
                keep(group.register() + 1, at);
                return true;
            } else if (next instanceof JumpIfMoved jump) {
                step = registers[jump.register()] == at ? step : jump.to();
                return true;
            }
            return next instanceof Repeated repeated && repeats(repeated);
        }

        private void keep(int register, int position) throws ExceededException {
            spend(registers.length);
            int[] changed = registers.clone();
            changed[register] = position;
            registers = changed;
        }

        private boolean repeats(Repeated repeated) throws ExceededException {
            int from = registers[repeated.from()];
            if (from == NONE) {
                return false;
            }
            int length = registers[repeated.to()] - from;
            spend(length);
            if (at + length > text.length) {
                return false;
            }
            for (int i = 0; i < length; i++, at++) {
                int expected = text[from + i] & 0xff;
                int found = text[at] & 0xff;
                boolean same = repeated.anyCase()
                        ? OctetSet.lowerCase(expected) == OctetSet.lowerCase(found)
                        : expected == found;
                if (!same) {
                    return false;
                }
            }
            return true;
        }

        private void push(int other) {
            if (later == laterSteps.length) {
                laterSteps = Arrays.copyOf(laterSteps, later * 2);
                laterPositions = Arrays.copyOf(laterPositions, later * 2);
                laterRegisters = Arrays.copyOf(laterRegisters, later * 2);
            }
            laterSteps[later] = other;
            laterPositions[later] = at;
            laterRegisters[later] = registers;
            later++;
        }

        private boolean isAt(Place place) {
            boolean atEnd = at == text.length;
            return switch (place) {
                case START -> at == 0;
                case END -> atEnd;
                case END_OR_LAST_NEWLINE -> atEnd || (at == text.length - 1 && text[at] == '\n');
                case LINE_START -> at == 0 || (!atEnd && text[at - 1] == '\n');
                case LINE_END -> atEnd || text[at] == '\n';
                case WORD_EDGE -> isWord(at - 1) != isWord(at);
                case NO_WORD_EDGE -> isWord(at - 1) == isWord(at);
            };
        }

        private boolean isWord(int position) {
            return position >= 0 && position < text.length && OctetSet.WORD.contains(text[position] & 0xff);
        }
    }
}
