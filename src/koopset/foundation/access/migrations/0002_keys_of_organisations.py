import django.db.models.deletion
import simple_history.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0001_initial'),
        ('tenants', '0001_initial'),
    ]

    operations = [
        # Who asked may be a key of an organisation, which is no login: the column stays, its reference goes.
        migrations.RemoveConstraint(model_name='idempotencyrecord', name='idempotency_key_once'),
        migrations.AlterField(
            model_name='idempotencyrecord',
            name='login',
            field=models.BigIntegerField(db_column='login_id'),
        ),
        migrations.RenameField(model_name='idempotencyrecord', old_name='login', new_name='login_id'),
        migrations.AlterField(
            model_name='idempotencyrecord',
            name='login_id',
            field=models.BigIntegerField(),
        ),
        migrations.AddConstraint(
            model_name='idempotencyrecord',
            constraint=models.UniqueConstraint(fields=('login_id', 'key'), name='idempotency_key_once'),
        ),
        migrations.CreateModel(
            name='HistoricalOrganisationKey',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('prefix', models.CharField(help_text='the beginning of the secret, to tell keys apart', max_length=24)),
                ('scopes', models.JSONField(default=list, help_text='rights, sorted')),
                ('created_at', models.DateTimeField()),
                ('created_by', models.BigIntegerField(help_text='login; no foreign key: it may be erased', null=True)),
                ('expires_at', models.DateTimeField()),
                ('warned_at', models.DateTimeField(help_text='when its keepers were told that it ends soon', null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('history_user_id', models.BigIntegerField(null=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('organisation', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.tenant')),
            ],
            options={
                'verbose_name': 'historical organisation key',
                'verbose_name_plural': 'historical organisation keys',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='OrganisationKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('sha256', models.CharField(max_length=64)),
                ('prefix', models.CharField(help_text='the beginning of the secret, to tell keys apart', max_length=24)),
                ('scopes', models.JSONField(default=list, help_text='rights, sorted')),
                ('created_at', models.DateTimeField()),
                ('created_by', models.BigIntegerField(help_text='login; no foreign key: it may be erased', null=True)),
                ('expires_at', models.DateTimeField()),
                ('warned_at', models.DateTimeField(help_text='when its keepers were told that it ends soon', null=True)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', '-created_at'], name='keys_of_organisation')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'sha256'), name='organisation_key_once')],
            },
        ),
    ]
