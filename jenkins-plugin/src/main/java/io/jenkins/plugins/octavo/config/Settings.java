package io.jenkins.plugins.octavo.config;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Item;
import hudson.model.ItemGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The settings that count for a job: those of its folders, the nearest first, then those of Jenkins. */
public final class Settings {
    private final List<SettingsSource> sources;

    private Settings(List<SettingsSource> sources) {
        this.sources = sources;
    }

    /** @param item the job; null for what counts everywhere */
    public static Settings of(@CheckForNull Item item) {
        List<SettingsSource> sources = new ArrayList<>();
        ItemGroup<?> group = item instanceof AbstractFolder<?> folder ? folder : item == null ? null : item.getParent();
        while (group instanceof AbstractFolder<?> folder) {
            OctavoFolderProperty property = folder.getProperties().get(OctavoFolderProperty.class);
            if (property != null) {
                sources.add(property);
            }
            group = folder.getParent();
        }
        sources.add(OctavoConfiguration.get());
        return new Settings(sources);
    }

    public Optional<Environment> environment(String name) {
        return first(SettingsSource::getEnvironments, each -> each.getName().equals(name));
    }

    /** Whether environments are configured at all; where none is, jobs bring their own. */
    public boolean hasEnvironments() {
        return sources.stream().anyMatch(source -> !source.getEnvironments().isEmpty());
    }

    /** Names, for the sentence that reports another one. */
    public List<String> environmentNames() {
        return names(SettingsSource::getEnvironments, Environment::getName);
    }

    /** Names of clusters. */
    public List<String> clusterNames() {
        return names(SettingsSource::getClusters, Cluster::getName);
    }

    /** Names of gates. */
    public List<String> gateNames() {
        return names(SettingsSource::getGates, Gate::getName);
    }

    public Optional<Cluster> cluster(String name) {
        return first(SettingsSource::getClusters, each -> each.getName().equals(name));
    }

    public Optional<Gate> gate(String name) {
        return first(SettingsSource::getGates, each -> each.getName().equals(name));
    }

    /** The one that is used where a job names none. */
    public Optional<Registry> registry() {
        return first(SettingsSource::getRegistries, each -> true);
    }

    public Optional<Registry> registry(String host) {
        return first(SettingsSource::getRegistries, each -> each.getHost().equals(host));
    }

    public Optional<Sonar> sonar() {
        return sources.stream()
                .map(SettingsSource::getSonar)
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** Whom to tell: those of all folders, and those of Jenkins. */
    public List<Notification> notifications() {
        return sources.stream()
                .flatMap(source -> source.getNotifications().stream())
                .toList();
    }

    /** The cluster that an environment means: of where the environment is kept, else of further out. */
    public Optional<Cluster> cluster(Environment environment) {
        return meant(
                environment, SettingsSource::getClusters, each -> each.getName().equals(environment.getCluster()));
    }

    /**
     * The gate that an environment means: of where the environment is kept, else of further out. So a folder cannot
     * weaken the gate of an environment that is configured outside of it.
     */
    public Optional<Gate> gate(Environment environment) {
        return meant(
                environment, SettingsSource::getGates, each -> each.getName().equals(environment.getGate()));
    }

    /**
     * The environments whose gates lock that credential, since their cluster is reached with it: those of the outermost
     * settings that have such, so that a folder cannot unlock by a gate of its own what is locked outside of it.
     */
    public List<Environment> guardedBy(String credentialsId) {
        List<Environment> guarded = List.of();
        for (SettingsSource source : sources) {
            List<Environment> here = source.getEnvironments().stream()
                    .filter(environment -> !environment.getGate().isEmpty())
                    .filter(environment -> opens(credentialsId, environment))
                    .toList();
            guarded = here.isEmpty() ? guarded : here;
        }
        return guarded;
    }

    /** Whether a deployment to the environment takes that credential, by either meaning of its cluster. */
    private boolean opens(String credentialsId, Environment environment) {
        Optional<Cluster> nearest = counts(environment) ? cluster(environment.getCluster()) : Optional.<Cluster>empty();
        return Stream.of(cluster(environment), nearest)
                .flatMap(Optional::stream)
                .anyMatch(cluster -> cluster.getCredentialsId().equals(credentialsId));
    }

    /** Whether it is the one that counts under its name, and none of a nearer folder. */
    public boolean counts(Environment environment) {
        return environment(environment.getName())
                .filter(each -> each == environment)
                .isPresent();
    }

    private <T> Optional<T> meant(
            Environment environment, Function<SettingsSource, List<T>> list, Predicate<T> wanted) {
        return sources.stream()
                .dropWhile(source -> source.getEnvironments().stream().noneMatch(each -> each == environment))
                .flatMap(source -> list.apply(source).stream())
                .filter(wanted)
                .findFirst();
    }

    private <T> List<String> names(Function<SettingsSource, List<T>> list, Function<T, String> name) {
        return sources.stream()
                .flatMap(source -> list.apply(source).stream())
                .map(name)
                .distinct()
                .toList();
    }

    private <T> Optional<T> first(Function<SettingsSource, List<T>> list, Predicate<T> wanted) {
        return sources.stream()
                .flatMap(source -> list.apply(source).stream())
                .filter(wanted)
                .findFirst();
    }
}
