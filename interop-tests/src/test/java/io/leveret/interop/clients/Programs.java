package io.leveret.interop.clients;

import com.rabbitmq.client.ConnectionFactory;
import io.leveret.interop.Peer;
import io.leveret.interop.process.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The programs written with one client. Each takes the broker's address and a name for its queue; the lines that it prints
 * are the case's transcript.
 */
record Programs(Path folder, List<String> interpreter) {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** @param folder below the module's own */
    static Programs in(String folder, String... interpreter) {
        return new Programs(Path.of(folder).toAbsolutePath(), List.of(interpreter));
    }

    void run(Peer peer, String program) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(interpreter);
        words.addAll(List.of(folder.resolve(program).toString(), url(peer.factory()), peer.name("demo")));
        String printed = Command.of(TIMEOUT, words.toArray(String[]::new)).run();
        peer.observe(printed.lines().toArray());
    }

    private static String url(ConnectionFactory factory) {
        return "amqp://guest:guest@" + factory.getHost() + ":" + factory.getPort();
    }
}
