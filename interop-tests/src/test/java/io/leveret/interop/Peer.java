package io.leveret.interop;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.leveret.interop.raw.RawClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The broker that a case talks to, and the transcript of what it answered. It belongs to the case's thread, closes every
 * connection that it made, and deletes what it named.
 */
public final class Peer implements AutoCloseable {

    private static final int POLL_MS = 20;

    private final InetSocketAddress address;
    private final String virtualHost;
    private final String namePrefix;
    private final Transcript transcript;
    private final Supplier<Administration> administration;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Set<String> names = new LinkedHashSet<>();
    private final Set<Resource> lacking = EnumSet.noneOf(Resource.class);
    private @Nullable Connection connection;

    /** @param administration asked for when a case first needs it, since not every broker lets us in there */
    Peer(InetSocketAddress address, String virtualHost, String namePrefix, Supplier<Administration> administration) {
        this.administration = administration;
        this.address = address;
        this.virtualHost = virtualHost;
        this.namePrefix = namePrefix;
        this.transcript = new Transcript(namePrefix);
    }

    /** A client library's settings for this broker; change them before {@link #connect(ConnectionFactory)}. */
    public ConnectionFactory factory() {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(address.getHostString());
        factory.setPort(address.getPort());
        factory.setVirtualHost(virtualHost);
        factory.setAutomaticRecoveryEnabled(false);
        factory.setConnectionTimeout(Patience.MS);
        factory.setChannelRpcTimeout(Patience.MS);
        return factory;
    }

    public Connection connect() throws IOException, TimeoutException {
        return connect(factory());
    }

    public Connection connect(ConnectionFactory factory) throws IOException, TimeoutException {
        Connection made = factory.newConnection();
        opened.push(made::abort);
        return made;
    }

    /** A new channel on the case's first connection, or on a new one if that is closed. */
    public Channel channel() throws IOException, TimeoutException {
        if (connection == null || !connection.isOpen()) {
            connection = connect();
        }
        return connection.createChannel();
    }

    /** A socket to the broker on which nothing has been sent. */
    public RawClient socket() throws IOException {
        RawClient client = RawClient.connect(address, Patience.MS);
        opened.push(client);
        return client;
    }

    /** A raw client that has logged in and opened the virtual host. */
    public RawClient raw() throws IOException {
        return socket().login();
    }

    /** A name that no other case uses; the transcript shows it as given here. */
    public String name(String name) {
        names.add(namePrefix + name);
        return namePrefix + name;
    }

    /** Declares an exclusive queue. */
    public String queue(Channel channel, String name) throws IOException {
        return queue(channel, name, Map.of());
    }

    public String queue(Channel channel, String name, Map<String, Object> arguments) throws IOException {
        return channel.queueDeclare(namePrefix + name, false, true, false, arguments)
                .getQueue();
    }

    /** Declares an auto-delete exchange. */
    public String exchange(Channel channel, String name, String type) throws IOException {
        channel.exchangeDeclare(name(name), type, false, true, Map.of());
        return name(name);
    }

    /** Declares a queue that other connections may use too. */
    public String sharedQueue(Channel channel, String name) throws IOException {
        return channel.queueDeclare(name(name), false, false, false, Map.of()).getQueue();
    }

    /** Declares a quorum queue. */
    public String quorumQueue(Channel channel, String name, Map<String, Object> arguments) throws IOException {
        Map<String, Object> all = new HashMap<>(arguments);
        all.put("x-queue-type", "quorum");
        return channel.queueDeclare(name(name), true, false, false, all).getQueue();
    }

    /** Policies for what this case names; cleared when it ends. */
    public PeerPolicies policies() {
        return new PeerPolicies(administration.get(), namePrefix, opened::push);
    }

    /** Has the virtual host's messages copied to its trace exchange, until the case ends. */
    public void trace() throws Exception {
        Administration operator = administration.get();
        operator.trace(true);
        opened.push(() -> operator.trace(false));
    }

    /** Sets a runtime parameter with a name of this case; returns the broker's reason if it refuses, else {@code set}. */
    public String parameter(String component, String name, Object value) throws Exception {
        Administration operator = administration.get();
        opened.push(() -> operator.clearParameter(component, namePrefix + name));
        return operator.setParameter(component, namePrefix + name, value);
    }

    public void clearParameter(String component, String name) throws Exception {
        administration.get().clearParameter(component, namePrefix + name);
    }

    /** Sets a parameter of the whole broker with a name of this case, until it ends. */
    public void globalParameter(String name, Object value) throws Exception {
        opened.push(() -> clearGlobalParameter(name));
        administration.get().setGlobalParameter(namePrefix + name, value);
    }

    public void clearGlobalParameter(String name) throws Exception {
        administration.get().clearGlobalParameter(namePrefix + name);
    }

    /** Imports a definitions file, and returns all that is defined then; what it names is deleted when the case ends. */
    public String importDefinitions(String json, String vhostInIt, List<String> usersInIt, String parameterInIt)
            throws Exception {
        Administration operator = administration.get();
        opened.push(() -> operator.forgetDefinitions(vhostInIt, usersInIt, parameterInIt));
        return operator.importDefinitions(json);
    }

    /** Sets limits of the virtual host, until the case ends; returns the broker's reason if it refuses, else {@code set}. */
    public String limits(Map<String, Object> limits) throws Exception {
        opened.push(this::clearLimits);
        return administration.get().setParameter("vhost-limits", "limits", limits);
    }

    public void clearLimits() throws Exception {
        administration.get().clearParameter("vhost-limits", "limits");
    }

    /** Sets a limit of the user guest, likewise. */
    public String userLimit(String name, Object value) throws Exception {
        opened.push(() -> clearUserLimit(name));
        return administration.get().setUserLimit(name, value);
    }

    public void clearUserLimit(String name) throws Exception {
        administration.get().clearUserLimit(name);
    }

    /** Says what queues of the virtual host are that ask for no type, until the case ends. */
    public void defaultQueueType(String type) throws Exception {
        Administration operator = administration.get();
        opened.push(() -> operator.defaultQueueType("classic"));
        operator.defaultQueueType(type);
    }

    /** Makes the broker short of a resource, until there is plenty or the case ends. */
    public void lack(Resource resource) throws Exception {
        lacking.add(resource);
        administration.get().shortage(resource, true);
    }

    public void plenty(Resource resource) throws Exception {
        administration.get().shortage(resource, false);
        lacking.remove(resource);
    }

    public void traceNoMore() throws Exception {
        administration.get().trace(false);
    }

    /** A connection whose line can be cut. */
    public Line line() throws IOException, TimeoutException {
        Line line = Line.to(factory());
        opened.push(line.connection()::abort);
        return line;
    }

    public void publish(Channel channel, String exchange, String routingKey, String... bodies) throws IOException {
        for (String body : bodies) {
            publish(channel, exchange, routingKey, new BasicProperties(), body);
        }
    }

    public void publish(Channel channel, String exchange, String routingKey, BasicProperties properties, String body)
            throws IOException {
        channel.basicPublish(exchange, routingKey, properties, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Publishes a message that the broker must return if it can't route it. */
    public void publishMandatory(Channel channel, String exchange, String routingKey, String body) throws IOException {
        channel.basicPublish(exchange, routingKey, true, null, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Takes all that is ready in a queue, and returns the bodies. */
    public List<String> drain(Channel channel, String queue) throws IOException {
        List<String> bodies = new ArrayList<>();
        for (var got = channel.basicGet(queue, true); got != null; got = channel.basicGet(queue, true)) {
            bodies.add(new String(got.getBody(), StandardCharsets.UTF_8));
        }
        return bodies;
    }

    /** Adds a line to the transcript for each value. */
    public void observe(@Nullable Object... values) {
        for (Object value : values) {
            transcript.add(Description.of(value));
        }
    }

    /** Adds what became of an action: its result, or how the broker closed the channel or the connection. */
    public void attempt(Channel channel, Outcome.Action action) throws Exception {
        transcript.add(Outcome.of(channel, action));
    }

    /** Publishes to a queue and waits until it has the messages: queue.declare counts them from then on, not before. */
    public void enqueue(Channel channel, String queue, String... bodies) throws Exception {
        channel.confirmSelect();
        publish(channel, "", queue, bodies);
        channel.waitForConfirmsOrDie(Patience.MS);
    }

    /** Returns when the broker has done what the channel sent, such as routing what it published. */
    public void roundTrip(Channel channel) throws IOException {
        channel.exchangeDeclarePassive("amq.direct");
    }

    /** Waits for what the broker does in its own time, asking again until a deadline. */
    public void eventually(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Patience.MS);
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not so after " + Patience.MS + " ms");
            }
            // Not to wait for something to be over, only so that the broker is not flooded with questions.
            Thread.sleep(POLL_MS);
        }
    }

    /** The whole transcript so far, as RabbitMQ gives it. Every case says this, as its last step. */
    public void expect(String... lines) {
        transcript.expect(List.of(lines));
    }

    /** Closes all connections made so far, before the case ends. */
    public void closeConnections() {
        opened.forEach(Peer::close);
        opened.clear();
    }

    Transcript transcript() {
        return transcript;
    }

    @Override
    public void close() {
        // First, since the goodbye of a connection that is blocked is not read.
        Set.copyOf(lacking).forEach(resource -> close(() -> plenty(resource)));
        closeConnections();
        if (!names.isEmpty()) {
            deleteNamed();
        }
    }

    private void deleteNamed() {
        try (Connection cleaner = factory().newConnection()) {
            for (String name : names) {
                delete(cleaner.createChannel(), name);
            }
        } catch (IOException | TimeoutException e) {
            throw new IllegalStateException("could not delete " + names, e);
        }
    }

    private static void delete(Channel channel, String name) {
        try {
            channel.exchangeDelete(name);
            channel.queueDelete(name);
        } catch (IOException e) {
            // An exclusive queue, locked until the broker is done with its connection, which is closed already.
        }
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new IllegalStateException("could not undo what the case did", e);
        }
    }
}
