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
        return sources.stream()
                .flatMap(source -> source.getEnvironments().stream())
                .map(Environment::getName)
                .distinct()
                .toList();
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

    /** The environments with a gate whose cluster is reached with that credential. */
    public List<Environment> guardedBy(String credentialsId) {
        return sources.stream()
                .flatMap(source -> source.getEnvironments().stream())
                .filter(environment -> !environment.getGate().isEmpty())
                .filter(environment -> cluster(environment.getCluster())
                        .filter(cluster -> cluster.getCredentialsId().equals(credentialsId))
                        .isPresent())
                .toList();
    }

    private <T> Optional<T> first(Function<SettingsSource, List<T>> list, Predicate<T> wanted) {
        return sources.stream()
                .flatMap(source -> list.apply(source).stream())
                .filter(wanted)
                .findFirst();
    }
}
