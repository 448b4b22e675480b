package io.leveret.broker;

import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.broker.auth.Account;
import io.leveret.broker.auth.Accounts;
import io.leveret.broker.auth.Grant;
import io.leveret.broker.auth.TopicGrant;
import io.leveret.broker.definitions.Definitions;
import io.leveret.broker.definitions.Definitions.OfVhost;
import io.leveret.broker.definitions.DefinitionsException;
import io.leveret.broker.event.Events;
import io.leveret.broker.policy.Parameter;
import io.leveret.broker.policy.ParameterCheck;
import io.leveret.broker.vhost.Declared;
import io.leveret.broker.vhost.Declared.NamedBinding;
import io.leveret.broker.vhost.VirtualHost;
import io.leveret.exchange.ExchangeType;
import io.leveret.exchange.InnerType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings definitions into a broker: all of them are checked before anything is changed. Used once, by one thread. */
final class DefinitionsImport {

    private static final Logger LOG = LoggerFactory.getLogger(DefinitionsImport.class);

    private static final String RESERVED = "amq.";

    /** What each virtual host begins with. */
    private static final Map<String, ExchangeType> PREDECLARED = Map.of(
            "amq.direct", ExchangeType.DIRECT,
            "amq.fanout", ExchangeType.FANOUT,
            "amq.topic", ExchangeType.TOPIC,
            "amq.headers", ExchangeType.HEADERS,
            "amq.match", ExchangeType.HEADERS,
            "amq.rabbitmq.trace", ExchangeType.TOPIC);

    private final String source;
    private final Definitions given;
    private final String eventVhost;

    /** By their names, as far as they are there already. */
    private final Function<String, @Nullable VirtualHost> vhosts;

    /** What is of RabbitMQ's plugins, so that it is left out. */
    private final Set<List<String>> foreignExchanges = new HashSet<>();

    private final Set<List<String>> queues;
    private final Map<List<String>, ExchangeType> exchanges = new HashMap<>();

    /** @param eventVhost the virtual host which has the event exchange */
    DefinitionsImport(
            String source, Definitions given, String eventVhost, Function<String, @Nullable VirtualHost> vhosts) {
        this.eventVhost = eventVhost;
        this.source = source;
        this.given = given;
        this.vhosts = vhosts;
        this.queues = given.queues().stream()
                .map(each -> List.of(each.vhost(), each.value().queue()))
                .collect(Collectors.toSet());
        for (OfVhost<ExchangeDeclare> each : given.exchanges()) {
            String name = each.value().exchange();
            ExchangeType named = ExchangeType.byName(each.value().type());
            if (name.startsWith(RESERVED) && exchangeType(each.vhost(), name) == null) {
                foreignExchanges.add(List.of(each.vhost(), name));
            }
            if (named != null) {
                ExchangeType type = InnerType.routing(named, each.value().arguments());
                exchanges.put(List.of(each.vhost(), name), type);
            }
        }
    }

    /**
     * Checks what depends on other things: whether those are there, or are to come.
     *
     * @param defaultTypes of the virtual hosts that there will be, what a queue is that asks for no type
     * @param accounts likewise
     */
    void check(Map<String, String> defaultTypes, Accounts accounts) throws DefinitionsException {
        Set<String> vhosts = defaultTypes.keySet();
        for (List<? extends OfVhost<?>> each :
                List.of(given.parameters(), given.policies(), given.queues(), given.exchanges(), given.bindings())) {
            for (OfVhost<?> thing : each) {
                if (!vhosts.contains(thing.vhost())) {
                    throw new DefinitionsException(
                            source, thing.path() + ".vhost", "no virtual host '" + thing.vhost() + "'");
                }
            }
        }
        for (OfVhost<QueueDeclare> each : given.queues()) {
            String defaultType = String.valueOf(defaultTypes.get(each.vhost()));
            String problem = Declared.problem(each.vhost(), each.value(), defaultType);
            if (problem != null) {
                throw new DefinitionsException(source, each.path(), problem);
            }
        }
        for (OfVhost<NamedBinding> each : given.bindings()) {
            checkEnds(each);
        }
        Set<String> users = accounts.users().stream().map(Account::name).collect(Collectors.toSet());
        for (Grant grant : given.accounts().grants()) {
            checkGrant("$.permissions", grant.user(), grant.vhost(), users, vhosts);
        }
        for (TopicGrant grant : given.accounts().topicGrants()) {
            checkGrant("$.topic_permissions", grant.user(), grant.vhost(), users, vhosts);
        }
    }

    private void checkGrant(String path, String user, String vhost, Set<String> users, Set<String> vhosts)
            throws DefinitionsException {
        if (!users.contains(user)) {
            throw new DefinitionsException(source, path, "no user '" + user + "'");
        }
        if (!vhosts.contains(vhost)) {
            throw new DefinitionsException(source, path, "no virtual host '" + vhost + "'");
        }
    }

    private void checkEnds(OfVhost<NamedBinding> each) throws DefinitionsException {
        NamedBinding binding = each.value();
        ExchangeType type = exchangeType(each.vhost(), binding.source());
        if (type == null) {
            throw new DefinitionsException(source, each.path() + ".source", "no exchange '" + binding.source() + "'");
        }
        List<String> to = List.of(each.vhost(), binding.destination());
        boolean hasDestination = binding.toQueue()
                ? queues.contains(to)
                        || has(each.vhost(), vhost -> vhost.declared().hasQueue(binding.destination()))
                : exchangeType(each.vhost(), binding.destination()) != null;
        if (!hasDestination) {
            String kind = binding.toQueue() ? "queue" : "exchange";
            throw new DefinitionsException(
                    source, each.path() + ".destination", "no " + kind + " '" + binding.destination() + "'");
        }
        String problem = Declared.problem(binding, type);
        if (problem != null) {
            throw new DefinitionsException(source, each.path(), problem);
        }
    }

    /** Of which type an exchange is or will be; null if there is none. */
    private @Nullable ExchangeType exchangeType(String vhost, String name) {
        VirtualHost there = vhosts.apply(vhost);
        ExchangeType type = there == null ? null : there.declared().exchangeType(name);
        ExchangeType given = type == null ? exchanges.get(List.of(vhost, name)) : type;
        return given == null ? predeclared(vhost, name) : given;
    }

    private @Nullable ExchangeType predeclared(String vhost, String name) {
        boolean events = name.equals(Events.EXCHANGE) && vhost.equals(eventVhost);
        return events ? ExchangeType.TOPIC : PREDECLARED.get(name);
    }

    private boolean has(String vhost, Function<VirtualHost, Boolean> question) {
        VirtualHost there = vhosts.apply(vhost);
        return there != null && question.apply(there);
    }

    /** Declares and sets everything, in RabbitMQ's order; all virtual hosts are there. On the disk when it returns. */
    void apply() {
        for (OfVhost<Parameter> each : given.parameters()) {
            of(each).parameters().set(each.value());
        }
        given.policies().stream()
                .collect(Collectors.groupingBy(
                        this::of,
                        Collectors.groupingBy(
                                each -> each.value().kind(),
                                Collectors.mapping(each -> each.value().policy(), Collectors.toList()))))
                .forEach(VirtualHost::setPolicies);
        given.exchanges().stream()
                .filter(each -> !isForeign(each.vhost(), each.value().exchange()))
                .forEach(each -> of(each).declared().declare(each.value()));
        given.queues().forEach(each -> of(each).declared().declare(each.value()));
        given.bindings().stream()
                .filter(each -> !isForeign(each.vhost(), each.value().source())
                        && (each.value().toQueue()
                                || !isForeign(each.vhost(), each.value().destination())))
                .forEach(each -> of(each).declared().bind(each.value()));
        given.vhosts().keySet().forEach(name -> {
            VirtualHost vhost = vhosts.apply(name);
            if (vhost != null) {
                vhost.declared().awaitDurable();
            }
        });
        given.queues().stream()
                .map(this::of)
                .distinct()
                .map(VirtualHost::declared)
                .forEach(Declared::awaitDurable);
        warn();
    }

    private boolean isForeign(String vhost, String exchange) {
        return foreignExchanges.contains(List.of(vhost, exchange));
    }

    private VirtualHost of(OfVhost<?> thing) {
        return Objects.requireNonNull(vhosts.apply(thing.vhost()), thing.vhost());
    }

    private void warn() {
        foreignExchanges.forEach(each ->
                LOG.warn("Not imported, since its name is reserved: exchange={} vhost={}", each.get(1), each.get(0)));
        if (given.parameters().stream().anyMatch(each -> ParameterCheck.hasNoEffect(each.value()))) {
            LOG.warn("Parameters of federation and shovel are kept and have no effect yet");
        }
        if (!given.accounts().users().isEmpty()) {
            LOG.warn("Users and their permissions are imported; topic permissions and tags are kept and not"
                    + " enforced yet");
        }
    }
}
