package io.leveret.interop.reference;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.rabbitmq.RabbitMQContainer;
import org.testcontainers.utility.MountableFile;

/** A container, where a Docker engine answers; Testcontainers removes it when the JVM ends, however that ends. */
final class DockerNode implements ReferenceSource {

    private static final String IMAGE = "rabbitmq:4.3-management";

    @Override
    public @Nullable RunningNode start(Path configuration) {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            return null;
        }
        RabbitMQContainer container = new RabbitMQContainer(IMAGE)
                .withCopyFileToContainer(
                        MountableFile.forHostPath(configuration), "/etc/rabbitmq/conf.d/90-reference.conf");
        container.start();
        InetSocketAddress address = new InetSocketAddress(container.getHost(), container.getAmqpPort());
        InetSocketAddress management = new InetSocketAddress(container.getHost(), container.getHttpPort());
        return new RunningNode(
                address, management, "container " + IMAGE, container::stop, command -> ctl(container, command));
    }

    private static void ctl(RabbitMQContainer container, String... command) throws Exception {
        List<String> words = new ArrayList<>(List.of("rabbitmqctl"));
        words.addAll(List.of(command));
        ExecResult result = container.execInContainer(words.toArray(String[]::new));
        if (result.getExitCode() != 0) {
            throw new IOException(words + ": " + result.getStdout() + result.getStderr());
        }
    }
}
