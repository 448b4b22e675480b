package io.leveret.broker.connection;

import io.netty.channel.ChannelConfig;
import java.util.EnumSet;
import java.util.Set;

/** Whether a connection's socket is read; for as long as there is a reason not to, it is not. Owned by the event loop. */
final class Reading {

    enum Pause {
        /** Memory or disk is short. */
        ALARM,
        /** The log can't keep up with what is published. */
        LOG_BEHIND,
        /** Too much came for a channel whose answer waits. */
        FRAMES_HELD,
        /** The client asks for more than it reads. */
        OUTPUT_UNREAD
    }

    private final ChannelConfig socket;
    private final Set<Pause> pauses = EnumSet.noneOf(Pause.class);

    Reading(ChannelConfig socket) {
        this.socket = socket;
    }

    boolean isPaused() {
        return !pauses.isEmpty();
    }

    boolean isPausedFor(Pause reason) {
        return pauses.contains(reason);
    }

    void pause(Pause reason) {
        if (pauses.isEmpty()) {
            socket.setAutoRead(false);
        }
        pauses.add(reason);
    }

    void resume(Pause reason) {
        if (pauses.remove(reason) && pauses.isEmpty()) {
            socket.setAutoRead(true);
        }
    }
}
