package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.api.ResultException;
import dev.octavo.engine.blueprint.AddressManifests;
import dev.octavo.engine.blueprint.Blueprint;
import dev.octavo.engine.blueprint.DeliveryFile;
import dev.octavo.engine.blueprint.GeneratedFile;
import dev.octavo.engine.blueprint.GeneratedFiles;
import dev.octavo.engine.catalog.Addresses;
import dev.octavo.engine.catalog.Addresses.Address;
import dev.octavo.engine.catalog.Addresses.Host;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.catalog.CatalogProblem;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.delivery.ExtractResult.Password;
import dev.octavo.engine.delivery.ExtractResult.Proposal;
import dev.octavo.engine.delivery.ExtractResult.Replacement;
import dev.octavo.engine.delivery.Standins.Standin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Takes addresses out of the configuration: a Service for each, and environment variables with its name. */
final class ExtractOperation implements Operation<ExtractRequest, ExtractResult> {
    private static final String HEADER =
            "# Written by octavo extract; what you change here is kept when it runs again.\n";
    private static final String MIDDLEWARE = "middleware/";
    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?");

    @Override
    public ExtractResult run(ExtractRequest request, EngineContext context) {
        Catalog catalog = Catalog.scan(context.workspace());
        catalog.problems().stream().map(CatalogProblem::toString).forEach(context.listener()::warning);
        DeliveryFile delivery = DeliveryFile.nearest(context.workspace(), request.directory())
                .orElseGet(() ->
                        DeliveryFile.parse(context.workspace(), join(request.directory(), DeliveryFile.NAME), ""));
        Blueprint blueprint = Blueprint.of(context.workspace(), catalog, delivery);
        String namespace = namespace(request, delivery, blueprint);

        Map<Microservice, Addresses> found = new LinkedHashMap<>();
        Standins standins = new Standins();
        for (Microservice service : catalog.services()) {
            if (isBelow(service.directory(), request.directory())) {
                found.put(service, catalog.addresses(service, request.environment()));
            }
        }
        found.values().stream()
                .flatMap(each -> each.addresses().stream())
                .filter(address -> address.service().isEmpty())
                .forEach(standins::of);
        standins.say(request.at());

        List<GeneratedFiles> folders = new ArrayList<>();
        List<Replacement> overrides = new ArrayList<>();
        List<Password> passwords = new ArrayList<>();
        found.forEach((service, addresses) -> {
            context.cancellation().check();
            Map<String, Replacement> own = new TreeMap<>();
            addresses.addresses().stream()
                    .flatMap(address ->
                            replacements(service, address, request, catalog, blueprint, namespace, standins).stream())
                    .forEach(each -> own.putIfAbsent(each.variable(), each));
            overrides.addAll(own.values());
            addresses.passwords().forEach(password -> passwords.add(Password.of(service.name(), password)));
            folders.add(files(service, own, addresses, request, context));
        });
        folders.add(middleware(standins, request, context, blueprint, namespace));
        return result(request, context, standins, namespace, overrides, passwords, folders);
    }

    private static ExtractResult result(
            ExtractRequest request,
            EngineContext context,
            Standins standins,
            String namespace,
            List<Replacement> overrides,
            List<Password> passwords,
            List<GeneratedFiles> folders) {
        List<Proposal> proposals = standins.all().stream()
                .map(each -> new Proposal(
                        each.name,
                        each.name + "." + namespace + (each.namedPort() == 0 ? "" : ":" + each.namedPort()),
                        each.kind,
                        each.leadsTo().stream().map(Standins::text).toList(),
                        each.isKnown()))
                .toList();
        List<GeneratedFile> files =
                folders.stream().flatMap(folder -> folder.files().stream()).toList();
        boolean dry = request.check() || request.diff();
        if (!dry) {
            folders.forEach(GeneratedFiles::write);
        }
        ExtractResult result = new ExtractResult(
                request.environment(),
                proposals,
                overrides,
                passwords,
                !dry,
                files.stream().map(GenerateResult.Made::of).toList(),
                request.diff()
                        ? files.stream()
                                .filter(GeneratedFile::isStale)
                                .map(GeneratedFiles::diff)
                                .collect(Collectors.joining())
                        : "");
        String command = "octavo extract --environment " + request.environment();
        List<GeneratedFile> conflicts = files.stream()
                .filter(file -> file.state() == GeneratedFile.State.CONFLICT)
                .toList();
        if (!conflicts.isEmpty() && !request.diff()) {
            throw GenerateOperation.conflict(conflicts, dry, command, result);
        }
        List<GeneratedFile> stale =
                files.stream().filter(GeneratedFile::isStale).toList();
        if (request.check() && !(stale.isEmpty() && folders.stream().noneMatch(GeneratedFiles::isBaseStale))) {
            throw new ResultException(
                    ErrorCode.EXTRACT_STALE,
                    "The extracted files are not what the configuration says now",
                    stale.isEmpty()
                            ? context.workspace().toString()
                            : stale.get(0).path(),
                    GenerateOperation.whyStale(stale),
                    "run \"" + command + "\" and commit what it writes",
                    result);
        }
        return result;
    }

    /** The namespace of the Services: as asked for, as {@code delivery.yaml} has it, else one that is likely. */
    private static String namespace(ExtractRequest request, DeliveryFile delivery, Blueprint blueprint) {
        if (!NAME.matcher(request.environment()).matches()) {
            throw invalid("environment", request.environment());
        }
        if (!request.middlewareNamespace().isEmpty()) {
            if (!NAME.matcher(request.middlewareNamespace()).matches()) {
                throw invalid("middlewareNamespace", request.middlewareNamespace());
            }
            return request.middlewareNamespace();
        }
        return delivery.namespace(request.environment())
                .filter(name -> NAME.matcher(name).matches())
                .orElse(blueprint.application().toLowerCase(Locale.ROOT) + "-" + request.environment());
    }

    private static EngineException invalid(String input, String value) {
        return new EngineException(
                ErrorCode.CONFIG_INVALID,
                "\"" + value + "\" can be no name on a cluster",
                input,
                "names there have small letters, digits and hyphens, at most 63",
                "give a name such as shop-prod");
    }

    private static boolean isBelow(String directory, String top) {
        return top.isEmpty() || top.equals(".") || directory.equals(top) || directory.startsWith(top + "/");
    }

    private static String join(String directory, String path) {
        return directory.isEmpty() || directory.equals(".") ? path : directory + "/" + path;
    }

    // ---------------------------------------------------------------------------------------- what programs are told

    /** What overrides a property, and the port beside it where that is another one. */
    private static List<Replacement> replacements(
            Microservice service,
            Address address,
            ExtractRequest request,
            Catalog catalog,
            Blueprint blueprint,
            String namespace,
            Standins standins) {
        String value = address.text();
        int port;
        if (address.service().isEmpty()) {
            List<Standin> all = standins.of(address);
            for (int i = 0; i < address.hosts().size(); i++) {
                Standin standin = all.get(Math.min(i, all.size() - 1));
                value = replaced(value, address.hosts().get(i), standin.name + "." + namespace, standin.namedPort());
            }
            for (Standin standin : all) {
                // one name stands for all hosts of a list
                String once = Pattern.quote(standin.name + "." + namespace) + "(:[0-9]+)?";
                value = value.replaceAll("(" + once + ")(?:,\\1)+", "$1");
            }
            port = all.get(0).namedPort();
        } else {
            Microservice other = catalog.find(address.service());
            boolean byHand = other.manifests(request.environment()).isPresent()
                    && GeneratedFiles.known(blueprint.root(), other.directory()).isEmpty();
            Blueprint.Reached reached = Optional.of(other.name())
                    .filter(name -> !byHand)
                    .flatMap(name -> blueprint.reached(name, request.environment()))
                    .orElse(new Blueprint.Reached(other.name(), other.port()));
            port = reached.port();
            value = replaced(value, address.hosts().get(0), reached.host(), port);
        }
        List<Replacement> replacements = new ArrayList<>();
        replacements.add(new Replacement(
                service.name(), address.property(), address.variable(), value, address.file(), address.line()));
        String beside = address.portProperty();
        if (!beside.isEmpty() && port != 0 && port != address.hosts().get(0).port()) {
            replacements.add(new Replacement(
                    service.name(),
                    beside,
                    Addresses.variable(beside),
                    String.valueOf(port),
                    address.file(),
                    address.line()));
        }
        return replacements;
    }

    /** The text with another name for a host, and another port where the text has one or needs one. */
    private static String replaced(String text, Host host, String name, int port) {
        boolean web = text.regionMatches(true, 0, "http", 0, 4);
        Matcher matcher = Pattern.compile("(?<![\\w.-])" + Pattern.quote(host.name()) + "(?::([0-9]{1,5}))?(?![\\w-])")
                .matcher(text);
        return matcher.replaceAll(found -> {
            String own = found.group(1);
            if (own != null && host.port() != 0 && Integer.parseInt(own) != host.port()) {
                return Matcher.quoteReplacement(found.group()); // another host of the list
            }
            boolean usual = (port == 80 && !text.startsWith("https")) || (port == 443 && text.startsWith("https"));
            boolean said = own != null ? !(web && usual) : web && port != 0 && port != host.port() && !usual;
            return Matcher.quoteReplacement(name + (said ? ":" + (port == 0 ? own : port) : ""));
        });
    }

    // ----------------------------------------------------------------------------------------------- what is written

    private static GeneratedFiles files(
            Microservice service,
            Map<String, Replacement> overrides,
            Addresses addresses,
            ExtractRequest request,
            EngineContext context) {
        String usual = join(service.directory(), "deploy/" + request.environment());
        String folder = service.manifests(request.environment()).orElse(usual);
        boolean generated = folder.equals(usual)
                && (service.manifests(request.environment()).isEmpty()
                        || !GeneratedFiles.known(context.workspace(), service.directory())
                                .isEmpty());
        String top = service.directory().equals(".") || service.directory().isEmpty() ? "" : service.directory() + "/";
        String file = folder.substring(top.length()) + "/" + AddressManifests.FILE;
        Map<String, String> wanted = new TreeMap<>();
        if (!overrides.isEmpty()) {
            Map<String, String> values = new TreeMap<>();
            overrides.forEach((variable, each) -> values.put(variable, each.value()));
            List<String> passwords = addresses.passwords().stream()
                    .map(Addresses.Password::variable)
                    .distinct()
                    .sorted()
                    .toList();
            wanted.put(file, HEADER + AddressManifests.configMap(service.name(), values, passwords, generated));
        }
        return GeneratedFiles.compare(
                context.workspace(),
                service.directory(),
                GeneratedFiles.EXTRACTED,
                file::equals,
                wanted,
                request.overwrite());
    }

    private static GeneratedFiles middleware(
            Standins standins, ExtractRequest request, EngineContext context, Blueprint blueprint, String namespace) {
        String folder = MIDDLEWARE + request.environment() + "/";
        Map<String, String> wanted = new TreeMap<>();
        standins.all().stream().filter(Standin::isKnown).forEach(each -> {
            List<String> hosts =
                    each.leadsTo().stream().map(Host::name).distinct().toList();
            String text = each.isAddresses()
                    ? AddressManifests.addresses(
                            each.name, namespace, hosts, each.port(), each.realPort(), request.oldClusters())
                    : AddressManifests.externalName(each.name, namespace, hosts.get(0));
            wanted.put(folder + each.name + ".yaml", HEADER + text);
        });
        if (!wanted.isEmpty()) {
            blueprint
                    .namespace(request.environment(), namespace)
                    .ifPresent(text -> wanted.put(folder + "namespace.yaml", HEADER + text));
            List<String> names = wanted.keySet().stream()
                    .map(path -> path.substring(folder.length()))
                    .toList();
            wanted.put(folder + "kustomization.yaml", HEADER + AddressManifests.kustomization(names));
        }
        return GeneratedFiles.compare(
                context.workspace(),
                request.directory(),
                MIDDLEWARE + ".extracted",
                path -> path.startsWith(folder),
                wanted,
                request.overwrite());
    }
}
