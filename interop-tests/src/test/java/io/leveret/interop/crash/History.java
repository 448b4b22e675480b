package io.leveret.interop.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** All that clients did and saw since a data folder was fresh, over every restart. Guarded by itself: clients are many. */
final class History {

    private final List<Event> events = new ArrayList<>();

    /** A recording for the clients of one run of the server. */
    Recording record() {
        return new Recording();
    }

    synchronized List<Event> events() {
        return List.copyOf(events);
    }

    void writeTo(Path file) throws IOException {
        Files.write(file, events().stream().map(Event::toString).toList());
    }

    static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /**
     * What the clients of one run tell. Closed when the server is dead: a client that is slow to notice must not add to
     * what those of the next run tell.
     */
    final class Recording implements AutoCloseable {

        private boolean closed;

        private Recording() {}

        void add(Event event) {
            synchronized (History.this) {
                if (!closed) {
                    events.add(event);
                }
            }
        }

        @Override
        public void close() {
            synchronized (History.this) {
                closed = true;
            }
        }
    }
}
