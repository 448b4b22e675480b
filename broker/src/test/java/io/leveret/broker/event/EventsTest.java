package io.leveret.broker.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventsTest {

    private final Events events =
            new Events("node@host", "/", InstantSource.fixed(Instant.ofEpochMilli(1_700_000_000_123L)));
    private final List<Event> heard = new ArrayList<>();
    private boolean listening = true;

    private final Events.Listener listener = new Events.Listener() {
        @Override
        public boolean isListening() {
            return listening;
        }

        @Override
        public void take(Event event) {
            heard.add(event);
        }
    };

    @Test
    void whatHappensIsHeardWithItsTime() {
        events.listener(listener);

        events.tell("queue.created", () -> FieldTable.builder().put("name", "q"));

        FieldTable headers = FieldTable.builder()
                .put("name", "q")
                .put("timestamp_in_ms", 1_700_000_000_123L)
                .build();
        assertThat(heard).containsExactly(new Event("queue.created", headers, 1_700_000_000_123L));
    }

    @Test
    void whileNobodyListensNothingIsFoundOut() {
        events.tell("queue.created", () -> {
            throw new AssertionError("asked for nobody");
        });
        events.listener(listener);
        listening = false;

        events.tell("queue.created", () -> {
            throw new AssertionError("asked for nobody");
        });

        assertThat(events.areWanted()).isFalse();
        assertThat(heard).isEmpty();
    }

    @Test
    void whatIsToldApartHasANumberInItsPid() {
        Identified connection = () -> 7;

        assertThat(events.pid((Object) connection)).isEqualTo("<node@host.1700000000.7.0>");
        assertThat(events.pid("no connection")).isEmpty();
        assertThat(events.pid((Object) null)).isEmpty();
        assertThat(events.newId()).isNotEqualTo(events.newId());
    }

    @Test
    void aVirtualHostIsTheirs() {
        assertThat(events.areIn("/")).isTrue();
        assertThat(events.areIn("other")).isFalse();
        assertThat(Events.none().areIn("/")).isFalse();
    }

    @Test
    void aTextCanBeAListOfCharacters() {
        assertThat(ErlangTerms.characters("aé")).containsExactly(FieldValue.of(97L), FieldValue.of(233L));
    }
}
