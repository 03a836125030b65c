package io.jenkins.plugins.octavo.config;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import com.cloudbees.hudson.plugins.folder.AbstractFolderProperty;
import com.cloudbees.hudson.plugins.folder.AbstractFolderPropertyDescriptor;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** What counts for the jobs of a folder, before what counts for all. */
public final class OctavoFolderProperty extends AbstractFolderProperty<AbstractFolder<?>> implements SettingsSource {
    private List<Cluster> clusters = new ArrayList<>();
    private List<Registry> registries = new ArrayList<>();

    @CheckForNull
    private Sonar sonar;

    private List<Environment> environments = new ArrayList<>();
    private List<Gate> gates = new ArrayList<>();

    @DataBoundConstructor
    public OctavoFolderProperty() {
        // by setters
    }

    @Override
    public List<Cluster> getClusters() {
        return Collections.unmodifiableList(clusters);
    }

    @DataBoundSetter
    public void setClusters(List<Cluster> clusters) {
        this.clusters = new ArrayList<>(clusters);
    }

    @Override
    public List<Registry> getRegistries() {
        return Collections.unmodifiableList(registries);
    }

    @DataBoundSetter
    public void setRegistries(List<Registry> registries) {
        this.registries = new ArrayList<>(registries);
    }

    @Override
    public List<Environment> getEnvironments() {
        return Collections.unmodifiableList(environments);
    }

    @DataBoundSetter
    public void setEnvironments(List<Environment> environments) {
        this.environments = new ArrayList<>(environments);
    }

    @Override
    public List<Gate> getGates() {
        return Collections.unmodifiableList(gates);
    }

    @DataBoundSetter
    public void setGates(List<Gate> gates) {
        this.gates = new ArrayList<>(gates);
    }

    @Override
    @CheckForNull
    public Sonar getSonar() {
        return sonar;
    }

    @DataBoundSetter
    public void setSonar(@CheckForNull Sonar sonar) {
        this.sonar = sonar == null || sonar.getUrl().isEmpty() ? null : sonar;
    }

    /** Its form. */
    @Extension
    @Symbol("octavo")
    public static final class DescriptorImpl extends AbstractFolderPropertyDescriptor {
        @Override
        public String getDisplayName() {
            return Messages.OctavoFolderProperty_displayName();
        }
    }
}
