package dev.octavo.engine.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells whom a service calls, once all services are known. */
final class CallFinder {
    private static final Pattern URL = Pattern.compile(
            "(?:[A-Za-z][A-Za-z0-9]*)(?::ws)?://([A-Za-z0-9][A-Za-z0-9._-]*)(?::([0-9]{1,5}))?(?:[/?#].*)?");
    private static final Pattern ROUTE =
            Pattern.compile("spring\\.cloud\\.gateway\\.(?:server\\.web(?:flux|mvc)\\.|mvc\\.)?routes\\[[0-9]+]\\.uri"
                    + "|zuul\\.routes\\.[^.]+(?:\\.(?:serviceid|url))?");
    private static final Pattern PROXY =
            Pattern.compile("(?m)^[^#\\n]*\\bproxy_pass\\s+https?://([A-Za-z0-9][\\w.-]*)(?::([0-9]{1,5}))?");

    /** The name of a Service with its namespace, which is not one of the world. */
    private static final Pattern IN_CLUSTER = Pattern.compile(
            "[a-z0-9-]+\\.[a-z0-9-]+\\.svc(?:\\..*)?|[a-z0-9-]+\\.(?!(?:com|cn|org|net|io|dev|top|xyz|local)$)[a-z][a-z0-9-]*");

    private final Sources sources;

    private final Map<String, String> names = new HashMap<>();
    /** A port that only one service has. */
    private final Map<Integer, String> ports = new HashMap<>();

    private final Map<String, Microservice> services = new LinkedHashMap<>();

    CallFinder(Sources sources, List<Microservice> found) {
        this.sources = sources;

        for (Microservice service : found) {
            services.put(service.name(), service);
            names.putIfAbsent(key(service.name()), service.name());
        }
        for (Microservice service : found) {
            names.putIfAbsent(key(service.details().applicationName()), service.name());
            ports.merge(service.port(), service.name(), (one, other) -> "");
        }
        for (Microservice service : found) {
            names.putIfAbsent(key(SourceTree.name(service.directory())), service.name());
        }
        names.remove("");
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** The service that a host is, {@code ""} for none of them. */
    String service(String host, int port) {
        String known = names.getOrDefault(key(host), "");
        if (known.isEmpty() && IN_CLUSTER.matcher(host).matches()) {
            known = names.getOrDefault(key(host.substring(0, host.indexOf('.'))), "");
        }
        if (!known.isEmpty()) {
            return known;
        }
        return NeedFinder.isLocal(host) ? ports.getOrDefault(port, "") : "";
    }

    /** Whether a host is a Service's name with its namespace already. */
    static boolean isInCluster(String host) {
        return IN_CLUSTER.matcher(host).matches();
    }

    /** The same need, with the service that it is about. */
    Need resolve(Need need, String self, Map<Middleware, String> servers) {
        String host = need.address().split(",", 2)[0];
        String[] parts = host.split(":", 2);
        String named = host.isEmpty()
                ? ""
                : service(
                        parts[0], parts.length > 1 && parts[1].matches("[0-9]{1,5}") ? Integer.parseInt(parts[1]) : 0);
        Microservice other = services.get(named);
        String service =
                other == null || other.kind() == ServiceKind.STATIC ? servers.getOrDefault(need.kind(), "") : named;
        return service.isEmpty() || service.equals(self)
                ? need
                : new Need(
                        need.kind(),
                        need.property(),
                        need.address(),
                        need.variable(),
                        service,
                        need.file(),
                        need.line());
    }

    /** All calls of a service, each target once, sorted. */
    List<Call> calls(
            Microservice service, @Nullable SpringSettings settings, Set<String> needProperties, boolean guarded) {
        List<Call> found = new ArrayList<>();
        for (String directory : service.modules()) {
            sources.of(directory).forEach((file, facts) -> {
                // a client in a library calls for those alone that use it
                boolean used = directory.equals(service.directory())
                        || facts.calls().stream().noneMatch(call -> call.way() == Call.Way.FEIGN)
                        || sources.isUsed(file, service.modules());
                if (used) {
                    facts.calls().forEach(call -> add(call, service, settings, found));
                }
            });
        }
        if (settings != null) {
            for (Setting setting : settings.all()) {
                boolean idle = setting.name().contains("oauth2") && !guarded;
                if (!needProperties.contains(setting.name()) && !idle) {
                    configured(setting, settings, found);
                }
            }
        }
        return distinct(service, found);
    }

    /** Where a web server hands requests on to. */
    List<Call> proxied(Microservice service, Map<String, String> configuration) {
        List<Call> found = new ArrayList<>();
        configuration.forEach((file, text) -> {
            Matcher matcher = PROXY.matcher(text);
            while (matcher.find()) {
                int port = matcher.group(2) == null ? 80 : Integer.parseInt(matcher.group(2));
                String target = matcher.group(2) == null ? matcher.group(1) : matcher.group(1) + ":" + port;
                int line = (int) text.substring(0, matcher.start(1))
                                .chars()
                                .filter(c -> c == '\n')
                                .count()
                        + 1;
                found.add(new Call(Call.Way.ROUTE, target, service(matcher.group(1), port), file, line));
            }
        });
        return distinct(service, found);
    }

    private List<Call> distinct(Microservice service, List<Call> found) {
        Map<String, Call> distinct = new LinkedHashMap<>();
        found.stream()
                .filter(call -> !call.service().equals(service.name()) && !isPart(call.service(), service))
                .filter(call -> !call.service().isEmpty()
                        || !NeedFinder.isLocal(call.target().split(":", 2)[0]))
                .sorted(Comparator.comparing((Call call) -> call.service().isEmpty() ? call.target() : call.service())
                        .thenComparing(Call::way)
                        .thenComparing(Call::file)
                        .thenComparing(Call::line))
                .forEach(call -> distinct.putIfAbsent(call.service().isEmpty() ? call.target() : call.service(), call));
        return List.copyOf(distinct.values());
    }

    /** Whether a service is in the other's own process. */
    private boolean isPart(String name, Microservice service) {
        Microservice other = services.get(name);
        return other != null && service.modules().contains(other.directory());
    }

    private void configured(Setting setting, SpringSettings settings, List<Call> found) {
        String value = settings.fill(setting.value()).strip();
        boolean route = ROUTE.matcher(
                        setting.name().toLowerCase(Locale.ROOT).replace("-", "").replace("_", ""))
                .matches();
        Matcher url = URL.matcher(value);
        // routes have schemes of their own making, such as lb
        if (url.matches() && (route || value.startsWith("http"))) {
            String host = url.group(1);
            int port = url.group(2) == null ? 80 : Integer.parseInt(url.group(2));
            String known = service(host, port);
            // an address of somebody else is no service; a route to it is
            if (!known.isEmpty() || (route && !value.startsWith("forward"))) {
                String target = url.group(2) == null ? host : host + ":" + port;
                found.add(
                        new Call(route ? Call.Way.ROUTE : Call.Way.URL, target, known, setting.file(), setting.line()));
            }
        } else if (route
                && value.matches("[A-Za-z0-9][A-Za-z0-9._-]*")
                && setting.name().toLowerCase(Locale.ROOT).replace("-", "").endsWith("serviceid")) {
            found.add(new Call(Call.Way.ROUTE, value, service(value, 0), setting.file(), setting.line()));
        } else if (route && value.startsWith("/")) {
            // zuul.routes.stock = /stock/**
            String name = setting.name().substring(setting.name().lastIndexOf('.') + 1);
            found.add(new Call(Call.Way.ROUTE, name, service(name, 0), setting.file(), setting.line()));
        }
    }

    private void add(Call call, Microservice service, @Nullable SpringSettings settings, List<Call> found) {
        if (call.way() == Call.Way.DUBBO) {
            String provider = provider(call.target(), service);
            if (!provider.isEmpty()) {
                found.add(new Call(call.way(), call.target(), provider, call.file(), call.line()));
            }
            return;
        }
        String target = call.target();
        if (target.startsWith(SourceFacts.CONSTANT)) {
            target = sources.constant(target.substring(1), call.file());
            if (target == null) {
                return;
            }
        }
        String value = settings == null ? target : settings.fill(target);
        if (value.isBlank()) {
            return;
        }
        boolean open = value.contains("${");
        String plain = value.replaceFirst("^[a-z]+://", "").replaceFirst("[/?#].*$", "");
        String[] parts = plain.split(":(?=[0-9]+$)", 2);
        int port = parts.length > 1 && parts[1].length() < 6 ? Integer.parseInt(parts[1]) : 80;
        String known = open ? "" : service(parts[0], port);
        // a URL that leads to nobody here is an address of the world
        if (!known.isEmpty() || (call.way() == Call.Way.FEIGN && !open)) {
            found.add(new Call(call.way(), plain, known, call.file(), call.line()));
        }
    }

    /** The service that has a class which implements an interface, by the way such classes are called. */
    private String provider(String type, Microservice self) {
        String plain = type.matches("I[A-Z].*") ? type.substring(1) : type;
        for (Microservice service : services.values()) {
            boolean own = service.name().equals(self.name());
            for (String name :
                    List.of(type + "Impl", plain + "Impl", "Dubbo" + plain + "Impl", "Remote" + plain + "Impl")) {
                if (!own && sources.hasFile(service.directory(), name)) {
                    return service.name();
                }
            }
        }
        return "";
    }

    /** The services that are middleware to others. */
    static Map<Middleware, String> servers(List<Microservice> found, ModuleGraph graph, Sources sources) {
        Map<Middleware, String> servers = new HashMap<>();
        for (Microservice service : found) {
            Module module = graph.module(service.directory());
            List<String> hosts = sources.facts(service.directory())
                    .flatMap(facts -> facts.hosts().stream())
                    .toList();
            if (hosts.contains("EnableEurekaServer")) {
                servers.putIfAbsent(Middleware.EUREKA, service.name());
            }
            if (hosts.contains("EnableConfigServer")) {
                servers.putIfAbsent(Middleware.CONFIG_SERVER, service.name());
            }
            if (hosts.contains("EnableAdminServer")) {
                servers.putIfAbsent(Middleware.ADMIN_SERVER, service.name());
            }
            if (hosts.stream().anyMatch(host -> host.startsWith("EnableZipkin"))) {
                servers.putIfAbsent(Middleware.ZIPKIN, service.name());
            }
            if (module != null
                    && module.dependencies().stream()
                            .anyMatch(one -> one.startsWith("com.alibaba.nacos:nacos-")
                                    && !one.endsWith("-client")
                                    && !one.endsWith("-api")
                                    && !one.endsWith("-common"))) {
                servers.putIfAbsent(Middleware.NACOS, service.name());
            }
            if (module != null && service.details().mainClass().endsWith(".XxlJobAdminApplication")) {
                servers.putIfAbsent(Middleware.XXL_JOB, service.name());
            }
        }
        return servers;
    }
}
