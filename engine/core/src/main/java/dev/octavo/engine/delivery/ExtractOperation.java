package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.NearestName;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.catalog.Addresses;
import dev.octavo.engine.catalog.Addresses.Address;
import dev.octavo.engine.catalog.Addresses.Host;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.catalog.CatalogProblem;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.delivery.ExtractResult.Password;
import dev.octavo.engine.delivery.ExtractResult.Proposal;
import dev.octavo.engine.delivery.ExtractResult.Replacement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Takes addresses out of the configuration: a Service for each, and environment variables with its name. */
final class ExtractOperation implements Operation<ExtractRequest, ExtractResult> {
    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[-a-z0-9]*[a-z0-9])?");
    private static final Pattern HOST_AND_PORT = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*)(?::([0-9]{1,5}))?");
    private static final int MAX_NAME = 63;

    /** What a Service stands for. */
    private static final class Target {
        final String name;
        final String kind;
        final List<Host> hosts;
        boolean known;

        Target(String name, String kind, List<Host> hosts) {
            this.name = name;
            this.kind = kind;
            this.hosts = hosts;
        }
    }

    @Override
    public ExtractResult run(ExtractRequest request, EngineContext context) {
        Catalog catalog = Catalog.scan(context.workspace());
        catalog.problems().stream().map(CatalogProblem::toString).forEach(context.listener()::warning);
        String namespace = namespace(request, context);
        Map<String, Target> targets = new LinkedHashMap<>();
        List<Replacement> overrides = new ArrayList<>();
        List<Password> passwords = new ArrayList<>();
        Map<String, List<Replacement>> ofService = new TreeMap<>();
        for (Microservice service : catalog.services()) {
            String directory = request.directory();
            if (!directory.isEmpty()
                    && !service.directory().equals(directory)
                    && !service.directory().startsWith(directory + "/")) {
                continue;
            }
            Addresses found = catalog.addresses(service, request.environment());
            found.passwords().forEach(password -> passwords.add(Password.of(service.name(), password)));
            for (Address address : found.addresses()) {
                String value = replaced(address, catalog, namespace, targets);
                Replacement override = new Replacement(
                        service.name(), address.property(), address.variable(), value, address.file(), address.line());
                overrides.add(override);
                ofService
                        .computeIfAbsent(service.name(), key -> new ArrayList<>())
                        .add(override);
            }
        }
        Map<String, List<Host>> said = said(request, targets);
        List<Proposal> proposals = new ArrayList<>();
        ExtractedFiles files = new ExtractedFiles(context.workspace(), request.overwrite());
        new TreeMap<>(byName(targets)).forEach((name, target) -> {
            List<Host> hosts = said.getOrDefault(name, target.hosts);
            // a name without dots is one of a composition on somebody's computer
            target.known = said.containsKey(name)
                    || hosts.stream().allMatch(Host::isIp)
                    || (hosts.size() == 1
                            && hosts.get(0).name().contains(".")
                            && !hosts.get(0).isLocal());
            int port = target.hosts.get(0).port();
            proposals.add(new Proposal(
                    name,
                    name + "." + namespace + (port == 0 ? "" : ":" + port),
                    target.kind,
                    hosts.stream().map(ExtractOperation::text).toList(),
                    target.known));
            if (target.known) {
                files.add(
                        join(request.directory(), "middleware/" + request.environment() + "/" + name + ".yaml"),
                        service(name, namespace, hosts, port));
            }
        });
        ofService.forEach((name, all) -> {
            Microservice service = catalog.find(name);
            String folder = service.manifests(request.environment())
                    .orElse(join(service.directory(), "deploy/" + request.environment()));
            files.add(folder + "/addresses.yaml", configMap(name, all, passwords));
        });
        ExtractResult result = new ExtractResult(
                request.environment(),
                proposals,
                overrides,
                passwords,
                files.states(),
                request.diff() ? files.diff() : "");
        if (request.check() && result.isStale()) {
            throw stale(result, context);
        }
        if (!request.check() && !request.diff()) {
            files.write();
        }
        return result;
    }

    private static EngineException stale(ExtractResult result, EngineContext context) {
        return new EngineException(
                ErrorCode.EXTRACT_STALE,
                "The extracted files are not what the configuration says now",
                context.workspace().toString(),
                result.files().stream()
                        .filter(file ->
                                !file.state().equals("same") && !file.state().equals("kept"))
                        .map(file -> file.file() + " would be " + file.state())
                        .collect(Collectors.joining("\n")),
                "run \"octavo extract --environment " + result.environment() + "\" and commit what it writes");
    }

    private static String namespace(ExtractRequest request, EngineContext context) {
        if (!NAME.matcher(request.environment()).matches()) {
            throw invalid("environment", request.environment());
        }
        if (!request.middlewareNamespace().isEmpty()) {
            if (!NAME.matcher(request.middlewareNamespace()).matches()
                    || request.middlewareNamespace().length() > MAX_NAME) {
                throw invalid("middlewareNamespace", request.middlewareNamespace());
            }
            return request.middlewareNamespace();
        }
        java.nio.file.Path folder =
                context.workspace().toAbsolutePath().normalize().getFileName();
        String name =
                folder == null ? "" : folder.toString().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        String plain = name.replaceAll("^-+|-+$", "");
        return (plain.isEmpty() ? "middleware" : plain) + "-" + request.environment();
    }

    private static EngineException invalid(String input, String value) {
        return new EngineException(
                ErrorCode.CONFIG_INVALID,
                "\"" + value + "\" can be no name on a cluster",
                input,
                "names there have small letters, digits and hyphens, at most 63",
                "give a name such as shop-prod");
    }

    private static String join(String directory, String path) {
        return directory.isEmpty() || directory.equals(".") ? path : directory + "/" + path;
    }

    /** The value with the names of Services for its hosts. */
    private static String replaced(Address address, Catalog catalog, String namespace, Map<String, Target> targets) {
        String value = address.text();
        if (!address.service().isEmpty()) {
            Host host = address.hosts().get(0);
            Microservice other = catalog.find(address.service());
            String old = value.contains(text(host)) ? text(host) : host.name();
            boolean port = old.contains(":") || value.contains("://");
            return value.replace(old, other.name() + (port ? ":" + other.port() : ""));
        }
        Target target = target(address, targets);
        String name = target.name + "." + namespace;
        List<String> done = new ArrayList<>();
        for (Host host : address.hosts()) {
            String old = host.name();
            if (!done.contains(old)) {
                value = value.replaceAll("(?<![\\w.-])" + Pattern.quote(old) + "(?![\\w-])", name);
                done.add(old);
            }
        }
        // one name stands for all hosts of a list
        String once = Pattern.quote(name) + "(:[0-9]+)?";
        return value.replaceAll("(" + once + ")(?:,\\1)+", "$1");
    }

    /** The same hosts of a kind are one Service; others of that kind have a number. */
    private static Target target(Address address, Map<String, Target> targets) {
        String key = address.kind() + "@"
                + address.hosts().stream().map(ExtractOperation::text).collect(Collectors.joining(","));
        Target known = targets.get(key);
        if (known != null) {
            return known;
        }
        String base =
                address.kind().length() > MAX_NAME - 12 ? address.kind().substring(0, MAX_NAME - 12) : address.kind();
        long same = targets.values().stream()
                .filter(each -> each.kind.equals(address.kind()))
                .count();
        Target fresh =
                new Target(base + "-service" + (same == 0 ? "" : "-" + (same + 1)), address.kind(), address.hosts());
        targets.put(key, fresh);
        return fresh;
    }

    private static Map<String, Target> byName(Map<String, Target> targets) {
        return targets.values().stream().collect(Collectors.toMap(target -> target.name, target -> target));
    }

    private static Map<String, List<Host>> said(ExtractRequest request, Map<String, Target> targets) {
        Map<String, List<Host>> said = new LinkedHashMap<>();
        List<String> names =
                targets.values().stream().map(target -> target.name).toList();
        request.at().forEach((name, text) -> {
            String full = names.contains(name) ? name : name + "-service";
            if (!names.contains(full)) {
                throw new EngineException(
                        ErrorCode.CONFIG_INVALID,
                        "No address in the configuration is of \"" + name + "\"",
                        "at",
                        names.isEmpty() ? "no address has to change" : "the Services are " + String.join(", ", names),
                        NearestName.hint(name, names, "Services"));
            }
            List<Host> hosts = new ArrayList<>();
            for (String one : text.split(",")) {
                java.util.regex.Matcher matcher = HOST_AND_PORT.matcher(one.strip());
                if (!matcher.matches()) {
                    throw new EngineException(
                            ErrorCode.CONFIG_INVALID,
                            "\"" + one.strip() + "\" is no address",
                            "at " + name,
                            "it is neither a host nor a host with a port",
                            "give it as " + full + "=10.0.0.7:3306");
                }
                hosts.add(
                        new Host(matcher.group(1), matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2))));
            }
            said.put(full, hosts);
        });
        return said;
    }

    private static String text(Host host) {
        return host.port() == 0 ? host.name() : host.name() + ":" + host.port();
    }

    private static String service(String name, String namespace, List<Host> hosts, int port) {
        boolean addresses = hosts.stream().allMatch(Host::isIp);
        StringBuilder yaml = new StringBuilder("apiVersion: v1\nkind: Service\nmetadata:\n  name: " + name
                + "\n  namespace: " + namespace + "\nspec:\n");
        if (!addresses) {
            return yaml.append("  type: ExternalName\n  externalName: ")
                    .append(hosts.get(0).name())
                    .append('\n')
                    .toString();
        }
        // without a selector and a cluster IP the name leads straight to the addresses
        yaml.append("  clusterIP: None\n");
        ports(port, yaml.append("  ports:\n"), "    ");
        yaml.append("---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata:\n  name: ")
                .append(name)
                .append("\n  namespace: ")
                .append(namespace)
                .append("\n  labels:\n    kubernetes.io/service-name: ")
                .append(name)
                .append("\naddressType: IPv4\nendpoints:\n");
        hosts.stream().map(Host::name).distinct().forEach(host -> yaml.append("  - addresses:\n      - ")
                .append(host)
                .append('\n'));
        ports(hosts.get(0).port() == 0 ? port : hosts.get(0).port(), yaml.append("ports:\n"), "  ");
        return yaml.toString();
    }

    private static void ports(int port, StringBuilder yaml, String indent) {
        yaml.append(indent)
                .append("- name: main\n")
                .append(indent)
                .append("  port: ")
                .append(port == 0 ? 80 : port)
                .append('\n')
                .append(indent)
                .append("  protocol: TCP\n");
    }

    private static String configMap(String name, List<Replacement> overrides, List<Password> passwords) {
        StringBuilder yaml = new StringBuilder(
                "# The container takes it with:\n#   envFrom:\n#     - configMapRef:\n#         name: " + name
                        + "-addresses\n");
        List<Password> own =
                passwords.stream().filter(each -> each.service().equals(name)).toList();
        if (!own.isEmpty()) {
            yaml.append("# and the passwords, which are in no file of git, with:\n#   env:\n");
            own.forEach(password -> yaml.append("#     - name: ")
                    .append(password.variable())
                    .append("\n#       valueFrom:\n#         secretKeyRef:\n#           name: ")
                    .append(password.secret())
                    .append("\n#           key: ")
                    .append(password.key())
                    .append('\n'));
        }
        yaml.append("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ")
                .append(name)
                .append("-addresses\ndata:\n");
        Map<String, String> data = new TreeMap<>();
        overrides.forEach(each -> data.put(each.variable(), each.value()));
        data.forEach((variable, value) -> yaml.append("  ")
                .append(variable)
                .append(": \"")
                .append(value.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\t", "\\t")
                        .replace("\n", "\\n"))
                .append("\"\n"));
        return yaml.toString();
    }
}
