package io.leveret.broker.connection;

import io.leveret.amqp.method.ConnectionBlocked;
import io.leveret.amqp.method.ConnectionUnblocked;
import io.leveret.broker.alarm.Alarms;
import io.leveret.broker.connection.Reading.Pause;
import java.util.concurrent.Executor;

/**
 * Stops a connection that publishes while a resource is short: its socket is not read until no alarm is left, and the client is
 * told, if it understands that. As in RabbitMQ it is a publish that sets it off, so who only consumes goes on. Owned by the
 * connection's event loop.
 */
final class Blocking {

    private final Connection connection;
    private final Alarms alarms;
    private final Reading reading;
    private final Runnable whenClear;
    private final boolean clientUnderstands;

    Blocking(Connection connection, Alarms alarms, Reading reading, Executor loop, boolean clientUnderstands) {
        this.connection = connection;
        this.alarms = alarms;
        this.reading = reading;
        this.whenClear = () -> loop.execute(this::unblock);
        this.clientUnderstands = clientUnderstands;
    }

    /** Something was published. */
    void published() {
        if (alarms.isAnyActive() && !reading.isPausedFor(Pause.ALARM)) {
            block();
        }
    }

    private void block() {
        String reason = alarms.reason();
        if (!alarms.whenClear(whenClear)) {
            return;
        }
        reading.pause(Pause.ALARM);
        if (clientUnderstands) {
            connection.send(new ConnectionBlocked(reason));
        }
    }

    /** The connection closes; an alarm may last for long, and the client's answer is to be heard. */
    void end() {
        alarms.forget(whenClear);
        reading.resume(Pause.ALARM);
    }

    private void unblock() {
        if (connection.isOpen()) {
            if (clientUnderstands) {
                connection.send(new ConnectionUnblocked());
            }
            reading.resume(Pause.ALARM);
        }
    }
}
