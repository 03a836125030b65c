package io.jenkins.plugins.octavo.config;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import com.cloudbees.hudson.plugins.folder.AbstractFolderProperty;
import com.cloudbees.hudson.plugins.folder.AbstractFolderPropertyDescriptor;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;

/** What counts for the jobs of a folder, before what counts for all. */
public final class OctavoFolderProperty extends AbstractFolderProperty<AbstractFolder<?>> implements SettingsSource {
    private List<Cluster> clusters = new ArrayList<>();
    private List<Registry> registries = new ArrayList<>();

    @CheckForNull
    private Sonar sonar;

    private List<Environment> environments = new ArrayList<>();
    private List<Gate> gates = new ArrayList<>();
    private List<Notification> notifications = new ArrayList<>();

    @DataBoundConstructor
    public OctavoFolderProperty() {
        // by setters
    }

    @Override
    public List<Cluster> getClusters() {
        return Collections.unmodifiableList(Util.fixNull(clusters));
    }

    @DataBoundSetter
    public void setClusters(List<Cluster> clusters) {
        this.clusters = Forms.named("clusters", clusters, Cluster::getName);
    }

    @Override
    public List<Registry> getRegistries() {
        return Collections.unmodifiableList(Util.fixNull(registries));
    }

    @DataBoundSetter
    public void setRegistries(List<Registry> registries) {
        this.registries = Forms.named("registries", registries, Registry::getHost);
    }

    @Override
    public List<Environment> getEnvironments() {
        return Collections.unmodifiableList(Util.fixNull(environments));
    }

    @DataBoundSetter
    public void setEnvironments(List<Environment> environments) {
        this.environments = Forms.named("environments", environments, Environment::getName);
    }

    @Override
    public List<Gate> getGates() {
        return Collections.unmodifiableList(Util.fixNull(gates));
    }

    @DataBoundSetter
    public void setGates(List<Gate> gates) {
        this.gates = Forms.named("gates", gates, Gate::getName);
    }

    @Override
    public List<Notification> getNotifications() {
        return Collections.unmodifiableList(Util.fixNull(notifications));
    }

    @DataBoundSetter
    public void setNotifications(List<Notification> notifications) {
        this.notifications = Forms.named("notifications", notifications, Notification::getName);
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

    /** Whether it sets nothing. */
    boolean isEmpty() {
        return getClusters().isEmpty()
                && getRegistries().isEmpty()
                && sonar == null
                && getEnvironments().isEmpty()
                && getGates().isEmpty()
                && getNotifications().isEmpty();
    }

    /** Its form. */
    @Extension
    @Symbol("octavo")
    public static final class DescriptorImpl extends AbstractFolderPropertyDescriptor {
        @Override
        public String getDisplayName() {
            return Messages.OctavoFolderProperty_displayName();
        }

        /** None for a form without settings. */
        @CheckForNull
        @Override
        public AbstractFolderProperty<?> newInstance(StaplerRequest2 request, JSONObject form) throws FormException {
            JSONObject content = form.isNullObject() ? new JSONObject() : form;
            OctavoFolderProperty property = Forms.bind(() -> request.bindJSON(OctavoFolderProperty.class, content));
            return property.isEmpty() ? null : property;
        }
    }
}
