package io.leveret.broker.queue;

import io.leveret.amqp.FieldTable;
import io.leveret.exchange.SeededHash;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What tells one group of a queue's messages from the others. Immutable. Clients choose it, so its hash code is one that nobody can
 * guess; and it is kept whole, since two groups may have the same.
 */
final class GroupKey {

    private final String text;

    /** Whether the text is a number's: the header 7 and the header "7" are two groups. */
    private final boolean number;

    private final int hash;

    private GroupKey(String text, boolean number) {
        this.text = text;
        this.number = number;
        this.hash = SeededHash.of(text, FieldTable.EMPTY);
    }

    static GroupKey of(String text) {
        return new GroupKey(text, false);
    }

    /** Of whatever width it was sent. */
    static GroupKey of(long number) {
        return new GroupKey(Long.toString(number), true);
    }

    /** The keys that people read so. */
    static Stream<GroupKey> reading(String text) {
        return Stream.of(new GroupKey(text, false), new GroupKey(text, true));
    }

    /** What its text takes of the heap at most, apart from what every key takes. */
    int bytes() {
        return 2 * text.length();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof GroupKey that && number == that.number && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** The key as people read it. */
    @Override
    public String toString() {
        return text;
    }
}
