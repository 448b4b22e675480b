package io.leveret.broker;

import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.broker.definitions.Definitions;
import io.leveret.broker.definitions.Definitions.KindAndPolicy;
import io.leveret.broker.definitions.Definitions.OfVhost;
import io.leveret.broker.policy.Parameter;
import io.leveret.broker.policy.PolicyKind;
import io.leveret.broker.queue.QueueDeclaration;
import io.leveret.broker.vhost.Declared;
import io.leveret.broker.vhost.Declared.NamedBinding;
import io.leveret.broker.vhost.Exchange.ExchangeDeclaration;
import io.leveret.broker.vhost.VhostMetadata;
import io.leveret.broker.vhost.VirtualHost;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what is defined in a broker, everything in the order of its names. Used once, by one thread. */
final class DefinitionsExport {

    private final Map<String, VhostMetadata> vhosts = new LinkedHashMap<>();
    private final List<OfVhost<Parameter>> parameters = new ArrayList<>();
    private final List<OfVhost<KindAndPolicy>> policies = new ArrayList<>();
    private final List<OfVhost<QueueDeclare>> queues = new ArrayList<>();
    private final List<OfVhost<ExchangeDeclare>> exchanges = new ArrayList<>();
    private final List<OfVhost<NamedBinding>> bindings = new ArrayList<>();

    private DefinitionsExport() {}

    static Definitions of(Definitions above, Collection<VirtualHost> open) {
        DefinitionsExport export = new DefinitionsExport();
        open.stream().sorted(Comparator.comparing(VirtualHost::name)).forEach(export::add);
        return new Definitions(
                export.vhosts,
                above.accounts(),
                above.globals(),
                export.parameters,
                export.policies,
                export.queues,
                export.exchanges,
                export.bindings);
    }

    private void add(VirtualHost vhost) {
        String name = vhost.name();
        vhosts.put(name, vhost.metadata());
        vhost.parameters().list().forEach(each -> parameters.add(new OfVhost<>(name, "", each)));
        vhost.policies()
                .list()
                .forEach(each -> policies.add(new OfVhost<>(name, "", new KindAndPolicy(PolicyKind.USER, each))));
        vhost.operatorPolicies()
                .list()
                .forEach(each -> policies.add(new OfVhost<>(name, "", new KindAndPolicy(PolicyKind.OPERATOR, each))));
        Declared.All declared = vhost.declared().all();
        declared.queues().stream()
                .map(each -> method(each.declaration()))
                .sorted(Comparator.comparing(QueueDeclare::queue))
                .forEach(each -> queues.add(new OfVhost<>(name, "", each)));
        declared.exchanges().stream()
                .map(each -> method(each.declaration()))
                .sorted(Comparator.comparing(ExchangeDeclare::exchange))
                .forEach(each -> exchanges.add(new OfVhost<>(name, "", each)));
        declared.bindings().stream()
                .sorted(Comparator.comparing(NamedBinding::source)
                        .thenComparing(NamedBinding::destination)
                        .thenComparing(NamedBinding::routingKey))
                .forEach(each -> bindings.add(new OfVhost<>(name, "", each)));
    }

    private static QueueDeclare method(QueueDeclaration queue) {
        return new QueueDeclare(
                queue.name(), false, queue.durable(), false, queue.autoDelete(), false, queue.arguments());
    }

    private static ExchangeDeclare method(ExchangeDeclaration exchange) {
        return new ExchangeDeclare(
                exchange.name(),
                exchange.type().wireName(),
                false,
                exchange.durable(),
                exchange.autoDelete(),
                exchange.internal(),
                false,
                exchange.arguments());
    }
}
