package io.leveret.broker;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.alarm.Alarm;
import io.leveret.broker.alarm.Alarms;
import io.leveret.broker.event.Events;

/** Tells of alarms as RabbitMQ's events do: {@code alarm.set} and {@code alarm.cleared}. Waits for nothing, so any thread may tell it. */
record AlarmEvents(Events events) implements Alarms.Watcher {

    @Override
    public void changed(Alarm alarm, boolean isActive) {
        events.tell(
                isActive ? "alarm.set" : "alarm.cleared",
                () -> FieldTable.builder().put("source", alarm.text()).put("node", events.node()));
    }
}
