package io.leveret.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.alarm.Alarm;
import io.leveret.broker.alarm.Alarms;
import io.leveret.broker.event.Event;
import io.leveret.broker.event.Events;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AlarmEventsTest {

    private static final long NOW_MS = 1_700_000_000_123L;

    private final Events events = new Events("node@host", "/", InstantSource.fixed(Instant.ofEpochMilli(NOW_MS)));
    private final Alarms alarms = new Alarms();
    private final List<Event> heard = new ArrayList<>();

    @BeforeEach
    void listen() {
        alarms.watchedBy(new AlarmEvents(events));
        events.listener(new Events.Listener() {
            @Override
            public boolean isListening() {
                return true;
            }

            @Override
            public void take(Event event) {
                heard.add(event);
            }
        });
    }

    private static Event event(String key, String source) {
        FieldTable headers = FieldTable.builder()
                .put("source", source)
                .put("node", "node@host")
                .put("timestamp_in_ms", NOW_MS)
                .build();
        return new Event(key, headers, NOW_MS);
    }

    @Test
    void eachAlarmIsToldWhenItIsSetAndWhenItIsCleared() {
        alarms.set(Alarm.MEMORY, true);
        alarms.set(Alarm.DISK, true);
        alarms.set(Alarm.MEMORY, false);
        alarms.set(Alarm.DISK, false);

        assertThat(heard)
                .containsExactly(
                        event("alarm.set", "memory"),
                        event("alarm.set", "disk"),
                        event("alarm.cleared", "memory"),
                        event("alarm.cleared", "disk"));
    }

    @Test
    void whatIsSoAlreadyIsNotToldAgain() {
        alarms.set(Alarm.DISK, false);
        alarms.set(Alarm.DISK, true);
        alarms.set(Alarm.DISK, true);

        assertThat(heard).containsExactly(event("alarm.set", "disk"));
    }
}
