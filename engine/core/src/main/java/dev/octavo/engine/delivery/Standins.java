package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.NearestName;
import dev.octavo.engine.catalog.Addresses.Address;
import dev.octavo.engine.catalog.Addresses.Host;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The Services that stand for computers which a configuration names. */
final class Standins {
    private static final Pattern HOST_AND_PORT = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*)(?::([0-9]{1,5}))?");
    private static final int MAX_NAME = 63;

    private final Map<String, Standin> byHosts = new LinkedHashMap<>();
    private final Map<String, Standin> byName = new TreeMap<>();

    /** One of them. */
    static final class Standin {
        final String name;
        final String kind;
        /** As the configuration has them. */
        final List<Host> hosts;
        /** As somebody has said; null where nobody did. */
        private @Nullable List<Host> said;

        private Standin(String name, String kind, List<Host> hosts) {
            this.name = name;
            this.kind = kind;
            this.hosts = hosts;
        }

        /** Where it leads to. */
        List<Host> leadsTo() {
            return said == null ? hosts : said;
        }

        /** Whether somebody said where it is; a name without dots is one of a composition on somebody's computer. */
        boolean isKnown() {
            return said != null
                    || hosts.stream().allMatch(Host::isIp)
                    || (hosts.size() == 1
                            && hosts.get(0).name().contains(".")
                            && !hosts.get(0).isLocal());
        }

        /** The port in the configuration; 0 where it is not known. */
        int port() {
            return hosts.get(0).port();
        }

        /** The port where it really is. */
        int realPort() {
            int real = leadsTo().get(0).port();
            return real == 0 ? port() : real;
        }

        boolean isAddresses() {
            return leadsTo().stream().allMatch(Host::isIp);
        }

        /** The port that programs have to name: a Service that is another name for one outside maps no ports. */
        int namedPort() {
            return isKnown() && !isAddresses() ? realPort() : port();
        }
    }

    /** All, by name. */
    Collection<Standin> all() {
        return byName.values();
    }

    /** Those of an address: one for all its hosts, or one for each where the hosts are not alike. */
    List<Standin> of(Address address) {
        List<Host> hosts = address.hosts();
        boolean ports = hosts.stream().map(Host::port).distinct().count() > 1;
        boolean names = hosts.stream().map(Host::name).distinct().count() > 1;
        boolean roles = names && address.text().contains(":replication:");
        if (roles || (ports && names)) {
            return hosts.stream().map(host -> of(address.kind(), List.of(host))).toList();
        }
        return List.of(of(address.kind(), hosts));
    }

    /** The same hosts of a kind are one Service; others of that kind have a number. */
    private Standin of(String kind, List<Host> hosts) {
        String key = kind + "@" + hosts.stream().map(Standins::text).collect(Collectors.joining(","));
        return byHosts.computeIfAbsent(key, absent -> {
            String base = kind.length() > MAX_NAME - 12 ? kind.substring(0, MAX_NAME - 12) : kind;
            long same = byName.values().stream()
                    .filter(each -> each.kind.equals(kind))
                    .count();
            Standin fresh = new Standin(base + "-service" + (same == 0 ? "" : "-" + (same + 1)), kind, hosts);
            byName.put(fresh.name, fresh);
            return fresh;
        });
    }

    /**
     * Takes a word for where they are.
     *
     * @param at addresses by name of a Service, or by kind
     * @throws EngineException {@link ErrorCode#CONFIG_INVALID} where there is no such Service, or it is no address
     */
    void say(Map<String, String> at) {
        at.forEach((name, text) -> {
            String full = byName.containsKey(name) ? name : name + "-service";
            Standin standin = byName.get(full);
            if (standin == null) {
                throw new EngineException(
                        ErrorCode.CONFIG_INVALID,
                        "No address in the configuration is of \"" + name + "\"",
                        "at",
                        byName.isEmpty()
                                ? "no address has to change"
                                : "the Services are " + String.join(", ", byName.keySet()),
                        NearestName.hint(name, byName.keySet(), "Services"));
            }
            List<Host> hosts = new ArrayList<>();
            for (String one : text.split(",")) {
                Matcher matcher = HOST_AND_PORT.matcher(one.strip());
                if (!matcher.matches()) {
                    throw invalid(full, one.strip(), "it is neither a host nor a host with a port");
                }
                hosts.add(
                        new Host(matcher.group(1), matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2))));
            }
            if (hosts.size() > 1 && !hosts.stream().allMatch(Host::isIp)) {
                throw invalid(full, text, "a Service leads to one name, or to IP addresses");
            }
            if (hosts.stream().map(Host::port).distinct().count() > 1) {
                throw invalid(full, text, "all addresses of a Service have the same port");
            }
            standin.said = hosts;
        });
    }

    private static EngineException invalid(String name, String text, String why) {
        return new EngineException(
                ErrorCode.CONFIG_INVALID,
                "\"" + text + "\" is no address",
                "at " + name,
                why,
                "give it as " + name + "=10.0.0.7:3306");
    }

    static String text(Host host) {
        return host.port() == 0 ? host.name() : host.name() + ":" + host.port();
    }
}
