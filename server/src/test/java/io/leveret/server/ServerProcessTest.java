package io.leveret.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a process shows: exit codes, signals, the lock, the port. */
class ServerProcessTest {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void acceptsConnectionsOnceItSaysSoAndEndsWithCodeZeroOnSigterm() throws Exception {
        try (ServerProcess server = start("data", "listeners.tcp.default=127.0.0.1:0")) {
            int port = server.awaitStarted();
            assertThat(firstMethodFrom(port)).containsExactly(1, 0, 0);

            server.terminate();

            assertThat(server.awaitExit()).isZero();
            assertThat(server.output().lines().filter(line -> line.contains("Server startup complete")))
                    .hasSize(1);
        }
    }

    @Test
    void endsWithALineThatNamesTheServerWhichHasTheDataFolder() throws Exception {
        try (ServerProcess first = start("data", "listeners.tcp.default=127.0.0.1:0")) {
            first.awaitStarted();
            try (ServerProcess second = start("data", "listeners.tcp.default=127.0.0.1:0")) {
                assertThat(second.awaitExit()).isEqualTo(1);
                assertThat(second.output().lines())
                        .containsExactly("leveret: data folder " + folder.resolve("data") + " is in use by process "
                                + first.pid() + "; stop it first");
            }
        }
    }

    @Test
    void endsWithALineThatNamesTheAddressWhichIsTaken() throws Exception {
        try (ServerProcess first = start("data", "listeners.tcp.default=127.0.0.1:0")) {
            int port = first.awaitStarted();
            try (ServerProcess second = start("other", "listeners.tcp.default=127.0.0.1:" + port)) {
                assertThat(second.awaitExit()).isEqualTo(1);
                assertThat(second.output().lines())
                        .containsExactly("leveret: another process listens on 127.0.0.1:" + port
                                + "; stop it, or set listeners.tcp.default to another port");
            }
        }
    }

    @Test
    void endsWithCodeOneOnAWrongConfiguration() throws Exception {
        try (ServerProcess server = start("data", "heartbeat=x")) {
            assertThat(server.awaitExit()).isEqualTo(1);
            assertThat(server.output().lines()).containsExactly("leveret: --set: heartbeat: x (expected: 0 to 65535)");
        }
    }

    /** The data folder is as before: what the good part of the file asks for is not there. */
    @Test
    void endsWithALineThatNamesWhatIsWrongInADefinitionsFileAndChangesNothing() throws Exception {
        Path definitions = folder.resolve("definitions.json");
        Files.writeString(definitions, """
                {"vhosts": [{"name": "/"}, {"name": "other"}],
                 "queues": [{"vhost": "other", "name": "q", "durable": "maybe", "auto_delete": false, "arguments": {}}]}
                """);
        try (ServerProcess server = start("data", "load_definitions=" + definitions)) {
            assertThat(server.awaitExit()).isEqualTo(1);
            assertThat(server.output().lines())
                    .singleElement()
                    .asString()
                    .startsWith("leveret: " + definitions)
                    .contains("queues[0].durable", "maybe");
        }
        assertThat(folder.resolve("data").resolve("vhosts").resolve("other")).doesNotExist();
    }

    @Test
    void endsWithALineThatNamesWhatIsDamagedAndTheCommandsForIt() throws Exception {
        try (ServerProcess server = start("data", "listeners.tcp.default=127.0.0.1:0")) {
            server.awaitStarted();
            server.terminate();
            server.awaitExit();
        }
        Path vhost = folder.resolve("data").resolve("vhosts").resolve("%2F");
        damageCheckpoints(vhost);

        try (ServerProcess server = start("data", "listeners.tcp.default=127.0.0.1:0")) {
            assertThat(server.awaitExit()).isEqualTo(1);
            assertThat(server.output().lines().filter(line -> !line.contains(" WARN ")))
                    .singleElement()
                    .asString()
                    .startsWith("leveret: virtual host '/' is damaged: checkpoint")
                    .contains("'leveret ctl store verify " + vhost + "'", "'leveret ctl store salvage " + vhost + "'");
            assertThat(server.output()).doesNotContain("\tat ");
        }
    }

    private static void damageCheckpoints(Path vhost) throws IOException {
        try (Stream<Path> files = Files.list(vhost)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.write(file, new byte[100]);
            }
        }
    }

    private ServerProcess start(String data, String assignment) throws Exception {
        return ServerProcess.start(
                folder, "server", "--data-dir", folder.resolve(data).toString(), "--set", assignment);
    }

    /** Type and channel of the frame that answers a protocol header. */
    private static byte[] firstMethodFrom(int port) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write("AMQP\0\0\11\1".getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            return in.readNBytes(3);
        }
    }
}
