package io.leveret.broker.pattern;

import io.leveret.broker.pattern.Node.At;
import io.leveret.broker.pattern.Node.Atomic;
import io.leveret.broker.pattern.Node.Choice;
import io.leveret.broker.pattern.Node.Group;
import io.leveret.broker.pattern.Node.Look;
import io.leveret.broker.pattern.Node.Octet;
import io.leveret.broker.pattern.Node.Place;
import io.leveret.broker.pattern.Node.Repeat;
import io.leveret.broker.pattern.Node.Same;
import io.leveret.broker.pattern.Node.Sequence;
import io.leveret.broker.pattern.PatternReader.Expression;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An expression as steps that {@link Search} takes. Its length is bounded, whatever the expression is. Immutable. */
final class Program {

    /** A name takes at most 255 octets, so that to ask for more often than this is to ask for too much, or for any number. */
    static final int MAX_COUNT = 256;

    private static final int MAX_PARTS = 10_000;

    private final Step[] steps;

    /** How many positions are to be kept. */
    final int registers;

    /** Whether it refers to groups, so that what a step leads to depends on what they took. */
    final boolean hasReferences;

    /** What a search does at a place; addresses are places in the list of steps. */
    sealed interface Step {}

    record Take(OctetSet set) implements Step {}

    record Require(Place place) implements Step {}

    /** First the one, and if that leads nowhere the other. */
    record Split(int first, int second) implements Step {}

    record Jump(int to) implements Step {}

    /** Keeps the position. */
    record Keep(int register) implements Step {}

    /** Keeps where a group began, and that it ends here. */
    record KeepGroup(int register, int began) implements Step {}

    /** Goes on there unless nothing was taken since the position was kept: then it would for ever. */
    record JumpIfMoved(int register, int to) implements Step {}

    /** Takes what stands between two positions that were kept. */
    record Repeated(int from, int to, boolean anyCase) implements Step {}

    /** Searches from the next step to before another one, and goes on there, from where that came to. */
    record Once(int next) implements Step {}

    /** Likewise, but goes on from where it is. */
    record Ahead(int next, boolean negative) implements Step {}

    /** Searches for what ends where it is, and began between so many octets before. */
    record Behind(int next, boolean negative, int min, int max) implements Step {}

    /** What was searched for is found. */
    record Found() implements Step {}

    private Program(Writer writer) {
        this.steps = writer.steps.toArray(Step[]::new);
        this.registers = writer.registers;
        this.hasReferences = !writer.kept.isEmpty();
    }

    /** @throws PatternException if it is too much */
    static Program of(Expression expression) {
        Writer writer = new Writer(expression.groups());
        writer.note(expression.root());
        writer.write(expression.root());
        writer.steps.add(new Found());
        return new Program(writer);
    }

    int length() {
        return steps.length;
    }

    Step step(int place) {
        return steps[place];
    }

    /** Whether it matches nowhere if not at the start. */
    boolean isAnchored() {
        return steps[0] instanceof Require first && first.place() == Place.START;
    }

    /** Used once. */
    private static final class Writer {

        private final List<Step> steps = new ArrayList<>();
        private final Map<String, Integer> numbers;

        /** Of groups that are referred to, by their numbers: where the first of two positions is kept. */
        private final Map<Integer, Integer> kept = new HashMap<>();

        private int registers;
        private int parts;

        private Writer(Map<String, Integer> numbers) {
            this.numbers = numbers;
        }

        /** Sees which groups are referred to. */
        private void note(Node node) {
            if (node instanceof Same same) {
                kept.computeIfAbsent(number(same), any -> (registers += 2) - 2);
            } else if (node instanceof Sequence sequence) {
                noteAll(sequence.parts());
            } else if (node instanceof Choice choice) {
                noteAll(choice.branches());
            } else if (node instanceof Repeat repeat) {
                note(repeat.part());
            } else if (node instanceof Group group) {
                note(group.part());
            } else if (node instanceof Atomic atomic) {
                note(atomic.part());
            } else if (node instanceof Look look) {
                note(look.part());
            }
        }

        private void noteAll(List<Node> nodes) {
            for (Node each : nodes) {
                note(each);
            }
        }

        private Integer number(Same same) {
            return numbers.getOrDefault(same.group(), 0);
        }

        private void write(Node node) {
            if (++parts > MAX_PARTS) {
                throw new PatternException("regular expression is too large", 0);
            }
            if (node.minOctets() >= MAX_COUNT) {
                steps.add(new Take(OctetSet.NONE));
            } else if (node instanceof Octet octet) {
                steps.add(new Take(octet.set()));
            } else if (node instanceof At at) {
                steps.add(new Require(at.place()));
            } else if (node instanceof Sequence sequence) {
                for (Node part : sequence.parts()) {
                    write(part);
                }
            } else if (node instanceof Choice choice) {
                write(choice.branches());
            } else if (node instanceof Repeat repeat) {
                write(repeat);
            } else if (node instanceof Group group) {
                write(group);
            } else if (node instanceof Same same) {
                int from = kept.getOrDefault(number(same), 0);
                steps.add(new Repeated(from, from + 1, same.anyCase()));
            } else if (node instanceof Atomic atomic) {
                int at = reserve();
                writeSearch(atomic.part());
                steps.set(at, new Once(steps.size()));
            } else if (node instanceof Look look) {
                write(look);
            }
        }

        /** A step that is to be set once it is known where it leads to. */
        private int reserve() {
            steps.add(new Found());
            return steps.size() - 1;
        }

        private void writeSearch(Node node) {
            write(node);
            steps.add(new Found());
        }

        private void write(List<Node> branches) {
            List<Integer> ends = new ArrayList<>();
            for (Node branch : branches.subList(0, branches.size() - 1)) {
                int split = reserve();
                write(branch);
                ends.add(reserve());
                steps.set(split, new Split(split + 1, steps.size()));
            }
            write(branches.get(branches.size() - 1));
            ends.forEach(end -> steps.set(end, new Jump(steps.size())));
        }

        private void write(Repeat repeat) {
            int min = Math.min(repeat.min(), MAX_COUNT);
            for (int i = 0; i < min; i++) {
                write(repeat.part());
            }
            if (repeat.max() >= MAX_COUNT) {
                writeLoop(repeat);
                return;
            }
            List<Integer> splits = new ArrayList<>();
            for (int i = min; i < repeat.max(); i++) {
                splits.add(reserve());
                write(repeat.part());
            }
            splits.forEach(split -> steps.set(split, split(repeat, split + 1, steps.size())));
        }

        private void writeLoop(Repeat repeat) {
            int split = reserve();
            if (repeat.part().minOctets() == 0) {
                int register = registers++;
                steps.add(new Keep(register));
                write(repeat.part());
                steps.add(new JumpIfMoved(register, split));
            } else {
                write(repeat.part());
                steps.add(new Jump(split));
            }
            steps.set(split, split(repeat, split + 1, steps.size()));
        }

        private static Split split(Repeat repeat, int part, int after) {
            return repeat.lazy() ? new Split(after, part) : new Split(part, after);
        }

        private void write(Group group) {
            Integer register = kept.get(group.number());
            if (register == null) {
                write(group.part());
                return;
            }
            // Where it began counts only once it has ended: until then it is what it took before.
            int began = registers++;
            steps.add(new Keep(began));
            write(group.part());
            steps.add(new KeepGroup(register, began));
        }

        private void write(Look look) {
            int at = reserve();
            writeSearch(look.part());
            int next = steps.size();
            steps.set(
                    at,
                    look.ahead()
                            ? new Ahead(next, look.negative())
                            : new Behind(
                                    next,
                                    look.negative(),
                                    (int) Math.min(look.part().minOctets(), MAX_COUNT),
                                    (int) Math.min(look.part().maxOctets(), MAX_COUNT)));
        }
    }
}
