package io.leveret.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SeededHashTest {

    @Test
    void tablesThatDifferInOrderAloneHashAlikeAtAnyDepth() {
        FieldTable oneTwo = FieldTable.builder().put("one", 1).put("two", 2).build();
        FieldTable twoOne = FieldTable.builder().put("two", 2).put("one", 1).build();
        FieldTable nested = FieldTable.builder().put("t", oneTwo).build();
        FieldTable other = FieldTable.builder().put("t", twoOne).build();

        assertThat(nested).isEqualTo(other);
        assertThat(SeededHash.of("k", nested)).isEqualTo(SeededHash.of("k", other));
    }

    @Test
    void partOfATextHashesAsThePartAlone() {
        assertThat(SeededHash.of("a.word.b", 2, 6)).isEqualTo(SeededHash.of("word", 0, 4));
    }

    /** Their usual hash codes are all the same. */
    @Test
    void valuesThatWereMadeToCollideHashApart() {
        Set<Integer> numbers = IntStream.range(0, 1_000)
                .mapToObj(i -> HeaderValue.of(FieldValue.of((long) i << 32 | i)).hashCode())
                .collect(Collectors.toSet());
        Set<Integer> arguments = IntStream.range(0, 1_000)
                .mapToObj(i -> FieldTable.builder()
                        .put("a", List.of(FieldValue.of((long) i << 32 | i)))
                        .build())
                .map(table -> SeededHash.of("k", table))
                .collect(Collectors.toSet());

        assertThat(numbers).hasSizeGreaterThan(990);
        assertThat(arguments).hasSizeGreaterThan(990);
    }

    @Test
    void lengthCounts() {
        Set<Integer> hashes = IntStream.range(0, 20)
                .mapToObj(i -> "\0".repeat(i))
                .map(text -> SeededHash.of(text, 0, text.length()))
                .collect(Collectors.toSet());

        assertThat(hashes).hasSize(20);
    }
}
