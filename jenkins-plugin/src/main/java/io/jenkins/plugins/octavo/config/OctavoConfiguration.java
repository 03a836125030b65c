package io.jenkins.plugins.octavo.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.ExtensionList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import jenkins.model.GlobalConfiguration;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;

/** What counts for all jobs. */
@Extension
@Symbol("octavo")
public final class OctavoConfiguration extends GlobalConfiguration implements SettingsSource {
    private List<Cluster> clusters = new ArrayList<>();
    private List<Registry> registries = new ArrayList<>();

    @CheckForNull
    private Sonar sonar;

    private List<Environment> environments = new ArrayList<>();
    private List<Gate> gates = new ArrayList<>();

    public OctavoConfiguration() {
        load();
    }

    public static OctavoConfiguration get() {
        return ExtensionList.lookupSingleton(OctavoConfiguration.class);
    }

    @Override
    public String getDisplayName() {
        return Messages.OctavoConfiguration_displayName();
    }

    @Override
    public List<Cluster> getClusters() {
        return Collections.unmodifiableList(clusters);
    }

    @DataBoundSetter
    public void setClusters(List<Cluster> clusters) {
        this.clusters = new ArrayList<>(clusters);
        save();
    }

    @Override
    public List<Registry> getRegistries() {
        return Collections.unmodifiableList(registries);
    }

    @DataBoundSetter
    public void setRegistries(List<Registry> registries) {
        this.registries = new ArrayList<>(registries);
        save();
    }

    @Override
    public List<Environment> getEnvironments() {
        return Collections.unmodifiableList(environments);
    }

    @DataBoundSetter
    public void setEnvironments(List<Environment> environments) {
        this.environments = new ArrayList<>(environments);
        save();
    }

    @Override
    public List<Gate> getGates() {
        return Collections.unmodifiableList(gates);
    }

    @DataBoundSetter
    public void setGates(List<Gate> gates) {
        this.gates = new ArrayList<>(gates);
        save();
    }

    @Override
    @CheckForNull
    public Sonar getSonar() {
        return sonar;
    }

    @DataBoundSetter
    public void setSonar(@CheckForNull Sonar sonar) {
        this.sonar = sonar == null || sonar.getUrl().isEmpty() ? null : sonar;
        save();
    }
}
